// alternate [--cpu] RUNS COMMAND [ARG...] [--- COMMAND [ARG...]]...
// Runs the commands in turn, A B A B ..., RUNS times each, and prints the median of each one's wall
// time in nanoseconds, one a line, in order; with --cpu, of its user and system time together. The
// first round is not counted. Output of the commands is dropped; one that fails ends it all with
// its index and status.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { kMaxCommands = 16, kMaxRuns = 10000 };

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

enum Measure { kWallTime, kCpuTime };

static int64_t cpu_time(const struct rusage* usage) {
  return (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * INT64_C(1000000000) +
         (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * INT64_C(1000);
}

// The time of one run in nanoseconds, or -1 - status of one that failed. vfork: the cost of
// copying this process is not what is measured.
static int64_t run(char** command, int null_fd, enum Measure measure) {
  struct rusage usage;
  const int64_t start = now();
  const pid_t child = vfork();
  if (child < 0) return -1;
  if (child == 0) {
    dup2(null_fd, 0);
    dup2(null_fd, 1);
    execvp(command[0], command);
    _exit(127);
  }
  int status = 0;
  if (wait4(child, &status, 0, &usage) != child) return -1;
  const int64_t time = measure == kWallTime ? now() - start : cpu_time(&usage);
  return status == 0 ? time : -1 - status;
}

static int by_value(const void* a, const void* b) {
  const int64_t x = *(const int64_t*)a, y = *(const int64_t*)b;
  return (x > y) - (x < y);
}

static int64_t median(int64_t* times, int count) {
  qsort(times, (size_t)count, sizeof *times, by_value);
  return count % 2 ? times[count / 2] : (times[count / 2 - 1] + times[count / 2]) / 2;
}

int main(int argc, char** argv) {
  static int64_t times[kMaxCommands][kMaxRuns];
  char** commands[kMaxCommands];
  int count = 0;
  enum Measure measure = kWallTime;
  if (argc > 1 && strcmp(argv[1], "--cpu") == 0) {
    measure = kCpuTime;
    --argc;
    ++argv;
  }
  const int runs = argc > 2 ? atoi(argv[1]) : 0;
  if (runs < 1 || runs > kMaxRuns) return 2;
  for (int i = 2; i < argc; ++i) {
    if (count == kMaxCommands) return 2;
    commands[count++] = argv + i;
    while (i < argc && strcmp(argv[i], "---") != 0) ++i;
    if (i < argc) argv[i] = NULL;
  }
  const int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int round = -1; round < runs; ++round)
    for (int i = 0; i < count; ++i) {
      const int64_t time = run(commands[i], null_fd, measure);
      if (time < 0) {
        fprintf(stderr, "%s failed: wait status %lld\n", commands[i][0], -1 - (long long)time);
        return 1;
      }
      if (round >= 0) times[i][round] = time;
    }
  for (int i = 0; i < count; ++i) printf("%lld\n", (long long)median(times[i], runs));
  return 0;
}
