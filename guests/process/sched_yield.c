// sched_yield(2), sched(7): yielding always succeeds and lets others run; an ordinary process has
// policy SCHED_OTHER with priority 0.
// covers: sched_yield sched_getscheduler sched_getparam sched_get_priority_max
// covers: sched_get_priority_min sched_setscheduler
#include "guest.h"

int main(void) {
  show(sched_yield());
  int channel[2];
  must(pipe2(channel, O_NONBLOCK));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    must(write(channel[1], "x", 1));
    _exit(0);
  }
  char byte;
  while (read(channel[0], &byte, 1) != 1) sched_yield();
  print_status("child", wait_for(pid));
  int priority = -1;
  show(syscall(SYS_sched_getscheduler, 0));
  show(syscall(SYS_sched_getparam, 0, &priority));
  show(priority);
  show(syscall(SYS_sched_getscheduler, 0x3fffffff));
  show(syscall(SYS_sched_getscheduler, -1));
  show(syscall(SYS_sched_getparam, 0, NULL));
  show(syscall(SYS_sched_get_priority_max, SCHED_OTHER));
  show(syscall(SYS_sched_get_priority_max, SCHED_FIFO));
  show(syscall(SYS_sched_get_priority_min, SCHED_RR));
  show(syscall(SYS_sched_get_priority_min, 77));
  show(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &priority));
  show(syscall(SYS_sched_setscheduler, 0, SCHED_BATCH, &priority));
  show(syscall(SYS_sched_getscheduler, 0));
  show(syscall(SYS_sched_setscheduler, 0, 77, &priority));
  priority = 5;
  show(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &priority));
  return 0;
}
