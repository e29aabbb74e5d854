// vfork(2): the child runs in the parent's memory, and the parent is suspended until the child
// calls _exit or execve. Musl's vfork on AArch64 is a plain fork.
// libc: glibc
// covers: clone wait4 execve exit_group
#include "guest.h"

static volatile int shared;

int main(int argc, char **argv) {
  if (argc > 1) return 12;
  volatile int stack = 1;
  const pid_t first = vfork();
  if (first == 0) {
    shared = 42;
    stack = 43;
    // Were the parent not suspended, it would have read both by now.
    const struct timespec pause = {0, 20000000};
    nanosleep(&pause, NULL);
    shared++;
    _exit(5);
  }
  printf("shared %d, stack %d\n", shared, stack);
  print_status("child that exits", wait_for(first));

  char *const arguments[] = {argv[0], "exec", NULL};
  const pid_t second = vfork();
  if (second == 0) {
    shared = 50;
    execv("/proc/self/exe", arguments);
    shared = -1;
    _exit(1);
  }
  printf("shared %d\n", shared);
  print_status("child that execs", wait_for(second));

  const pid_t third = vfork();
  if (third == 0) {
    execv("/nonexistent", arguments);
    shared = errno;
    _exit(6);
  }
  printf("the child's execve failed with %s\n", errno_name(shared));
  print_status("child whose exec fails", wait_for(third));
  return 0;
}
