// getpriority(2), setpriority(2): niceness can always be raised, is cut to 19, is inherited and
// read for a process, a group and a user; the raw call returns 20 minus it.
// covers: getpriority setpriority
#include "guest.h"

static void child(void) { show(getpriority(PRIO_PROCESS, 0)); }

int main(void) {
  show(setpriority(PRIO_PROCESS, 0, 5));
  show(getpriority(PRIO_PROCESS, 0));
  show(syscall(SYS_getpriority, PRIO_PROCESS, 0));
  show(getpriority(PRIO_PROCESS, getpid()));
  print_status("child", in_child(child));
  show(nice(3));
  show(setpriority(PRIO_PROCESS, getpid(), 100));
  show(getpriority(PRIO_PROCESS, 0));
  errno = 0;
  expect(getpriority(PRIO_PGRP, 0) <= 19 && errno == 0);
  expect(getpriority(PRIO_USER, 0) <= 19 && errno == 0);
  show(getpriority(PRIO_PROCESS, 0x3fffffff));
  show(getpriority(77, 0));
  show(setpriority(PRIO_PROCESS, 0x3fffffff, 1));
  show(setpriority(77, 0, 1));
  return 0;
}
