// getrusage(2), times(2), clock_gettime(2) and /proc/self/stat: user and system time add up to the
// CPU time, computing is user time, serving calls is system time, and children's time comes along
// when they are waited for.
// covers: getrusage times clock_gettime read wait4
#include "guest.h"

#include <sys/times.h>

enum { kMillisecond = 1000000 };

static long cpu_now(void) {
  struct timespec time;
  must(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time));
  return time.tv_sec * 1000000000 + time.tv_nsec;
}

static long nanoseconds(struct timeval time) {
  return time.tv_sec * 1000000000 + time.tv_usec * 1000;
}

static long user_now(void) {
  struct rusage usage;
  must(getrusage(RUSAGE_SELF, &usage));
  return nanoseconds(usage.ru_utime);
}

static long system_now(void) {
  struct rusage usage;
  must(getrusage(RUSAGE_SELF, &usage));
  return nanoseconds(usage.ru_stime);
}

// Computes until so much user time has passed; whether it took not much more than that. (A kernel
// that counts ticks may miss some.)
static bool compute(long duration) {
  const long end = user_now() + duration, latest = cpu_now() + 20 * duration;
  while (user_now() < end) {
    if (cpu_now() > latest) return false;
    for (volatile int spin = 0; spin < 200000; spin++) {
    }
  }
  return true;
}

// The same for system time with a call that takes long.
static bool make_calls(long duration) {
  static char bytes[1 << 20];
  const int fd = (int)must(open("/dev/zero", O_RDONLY));
  const long end = system_now() + duration, latest = cpu_now() + 20 * duration;
  while (system_now() < end) {
    if (cpu_now() > latest) return false;
    must(read(fd, bytes, sizeof bytes));
  }
  close(fd);
  return true;
}

// utime and stime of /proc/self/stat, in clock ticks.
static void stat_times(long *user, long *system) {
  char text[512];
  const int fd = (int)must(open("/proc/self/stat", O_RDONLY));
  const long size = must(read(fd, text, sizeof text - 1));
  close(fd);
  text[size] = 0;
  const char *at = strrchr(text, ')') + 2;
  for (int field = 3; field < 14; field++) at = strchr(at, ' ') + 1;
  *user = atol(at);
  *system = atol(strchr(at, ' ') + 1);
}

static void check_sums(void) {
  struct rusage usage;
  const long before = cpu_now();
  must(getrusage(RUSAGE_SELF, &usage));
  const long after = cpu_now();
  const long sum = nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
  expect(sum >= before - 10 * kMillisecond && sum <= after + 10 * kMillisecond);
  struct tms ticks;
  must(times(&ticks) == -1 ? -1 : 0);
  const long tick = 1000000000 / sysconf(_SC_CLK_TCK);
  expect(labs((ticks.tms_utime + ticks.tms_stime) * tick - sum) <= 5 * tick);
  long user, system;
  stat_times(&user, &system);
  expect(labs((user + system) * tick - sum) <= 5 * tick);
}

static void busy_child(void) { compute(40 * kMillisecond); }

int main(void) {
  expect(compute(40 * kMillisecond));
  expect(make_calls(40 * kMillisecond));
  check_sums();
  print_status("child", in_child(busy_child));
  struct rusage children;
  struct tms ticks;
  must(getrusage(RUSAGE_CHILDREN, &children));
  must(times(&ticks) == -1 ? -1 : 0);
  const long child = nanoseconds(children.ru_utime) + nanoseconds(children.ru_stime);
  expect(child >= 30 * kMillisecond);
  expect(ticks.tms_cutime + ticks.tms_cstime >= 2);
  return 0;
}
