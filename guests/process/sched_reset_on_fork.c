// sched(7), SCHED_RESET_ON_FORK: told along with the policy and not inherited itself; children of a
// batch process stay batch; without privilege it is never taken back (EPERM).
// covers: sched_setscheduler sched_getscheduler sched_getattr clone
#include "guest.h"
#include "unprivileged.h"

enum { kResetOnFork = 0x40000000 };

static int policy(void) { return (int)syscall(SYS_sched_getscheduler, 0); }

static void child(void) {
  show(policy());
  show(getpriority(PRIO_PROCESS, 0));
}

static void parent(void) {
  become_unprivileged();
  const struct sched_param none = {.sched_priority = 0};
  show(syscall(SYS_sched_setscheduler, 0, SCHED_BATCH | kResetOnFork, &none));
  show(policy() == (SCHED_BATCH | kResetOnFork));
  must(setpriority(PRIO_PROCESS, 0, 4));
  print_status("child", in_child(child));
  show(policy() == (SCHED_BATCH | kResetOnFork));
  show(syscall(SYS_sched_setscheduler, 0, 77 | kResetOnFork, &none));
  show(syscall(SYS_sched_setscheduler, 0, SCHED_BATCH, &none));
  show(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER | kResetOnFork, &none));
  show(policy() == (SCHED_OTHER | kResetOnFork));
}

int main(void) {
  print_status("parent", in_child(parent));
  return 0;
}
