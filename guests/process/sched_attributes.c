// sched_setattr(2), sched_getattr(2), sched_rr_get_interval(2): policy, niceness and the flag that
// a child gets back what everybody has, in a struct whose size tells its version.
// covers: sched_setattr sched_getattr sched_rr_get_interval
#include "guest.h"

struct attributes {
  uint32_t size, policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime, deadline, period;
};

static long get(struct attributes *a, unsigned size) {
  return syscall(SYS_sched_getattr, 0, a, size, 0);
}

static void print(void) {
  struct attributes a;
  show(get(&a, sizeof a));
  printf("size %u policy %u flags %d nice %d priority %u\n", a.size, a.policy, (int)a.flags, a.nice,
         a.priority);
}

static void in_fork(void) { print(); }

int main(void) {
  print();
  struct attributes a = {.size = sizeof a, .policy = SCHED_BATCH, .flags = 1, .nice = 5};
  show(syscall(SYS_sched_setattr, 0, &a, 0));
  print();
  show(getpriority(PRIO_PROCESS, 0));
  show(syscall(SYS_sched_getscheduler, 0));
  print_status("child", in_child(in_fork));
  a = (struct attributes){.size = 0, .policy = SCHED_OTHER, .nice = 7};
  show(syscall(SYS_sched_setattr, 0, &a, 0));
  print();
  a.size = 47;
  show(syscall(SYS_sched_setattr, 0, &a, 0));
  printf("known size at least 48: %d\n", a.size >= 48);
  a.size = sizeof a;
  show(syscall(SYS_sched_setattr, 0, &a, 1));
  show(syscall(SYS_sched_setattr, 0, NULL, 0));
  show(syscall(SYS_sched_setattr, 0, 16, 0));
  show(syscall(SYS_sched_setattr, -1, &a, 0));
  show(syscall(SYS_sched_setattr, 0x3fffffff, &a, 0));
  a.policy = 77;
  show(syscall(SYS_sched_setattr, 0, &a, 0));
  a.policy = SCHED_FIFO;
  a.priority = 0;
  show(syscall(SYS_sched_setattr, 0, &a, 0));
  a.priority = 100;
  show(syscall(SYS_sched_setattr, 0, &a, 0));
  a = (struct attributes){.size = sizeof a, .priority = 1};
  show(syscall(SYS_sched_setattr, 0, &a, 0));
  show(get(&a, 47));
  show(get(&a, 5000));
  show(get(NULL, sizeof a));
  show(get((struct attributes *)16, sizeof a));
  show(syscall(SYS_sched_getattr, 0, &a, sizeof a, 1));
  show(syscall(SYS_sched_getattr, -1, &a, sizeof a, 0));
  show(syscall(SYS_sched_getattr, 0x3fffffff, &a, sizeof a, 0));
  struct timespec interval = {-1, -1};
  show(syscall(SYS_sched_rr_get_interval, 0, &interval));
  expect(interval.tv_sec == 0 && interval.tv_nsec >= 0);
  show(syscall(SYS_sched_rr_get_interval, -1, &interval));
  show(syscall(SYS_sched_rr_get_interval, 0x3fffffff, &interval));
  show(syscall(SYS_sched_rr_get_interval, 0, 16));
  return 0;
}
