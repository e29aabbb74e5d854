// pipe_throughput MEGABYTES: one process writes 64 KiB at a time into a pipe, another reads it all.
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static char buffer[65536];

int main(int argc, char** argv) {
  const long blocks = (argc > 1 ? atol(argv[1]) : 10) * 16;
  int ends[2];
  if (pipe(ends) != 0) return 1;
  if (fork() == 0) {
    close(ends[0]);
    for (long i = 0; i < blocks; ++i)
      if (write(ends[1], buffer, sizeof buffer) != sizeof buffer) _exit(1);
    _exit(0);
  }
  close(ends[1]);
  long total = 0;
  ssize_t size;
  while ((size = read(ends[0], buffer, sizeof buffer)) > 0) total += size;
  int status = 1;
  wait(&status);
  printf("%ld %d\n", total, status);
  return status == 0 ? 0 : 1;
}
