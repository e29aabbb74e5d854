// getrlimit(2), RLIMIT_NICE and RLIMIT_RTPRIO: an unprivileged process without them makes itself
// nicer and never less nice again (EACCES), and no real-time process at all (EPERM).
// covers: setpriority sched_setscheduler prlimit64
#include "guest.h"
#include "unprivileged.h"

static void child(void) {
  const struct rlimit none = {0, 0};
  must(setrlimit(RLIMIT_NICE, &none));
  must(setrlimit(RLIMIT_RTPRIO, &none));
  must(setpriority(PRIO_PROCESS, 0, 3));
  become_unprivileged();
  show(setpriority(PRIO_PROCESS, 0, 2));
  show(setpriority(PRIO_PROCESS, 0, 3));
  show(setpriority(PRIO_PROCESS, 0, 7));
  show(setpriority(PRIO_PROCESS, 0, 6));
  show(getpriority(PRIO_PROCESS, 0));
  const struct sched_param low = {.sched_priority = 1};
  show(syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &low));
  show(syscall(SYS_sched_setscheduler, 0, SCHED_RR, &low));
}

int main(void) {
  print_status("child", in_child(child));
  return 0;
}
