// ioprio_set(2), ioprio_get(2): the best-effort classes are for everybody; unknown classes, levels
// and selectors are EINVAL, unknown processes ESRCH.
// covers: ioprio_set ioprio_get
#include "guest.h"

static long priority(long class, long level) { return class << 13 | level; }

int main(void) {
  expect(syscall(SYS_ioprio_get, 1, 0) >= 0);
  show(syscall(SYS_ioprio_set, 1, 0, priority(2, 4)));
  show(syscall(SYS_ioprio_set, 1, getpid(), priority(0, 0)));
  show(syscall(SYS_ioprio_set, 1, 0, priority(0, 3)));
  show(syscall(SYS_ioprio_set, 1, 0, priority(5, 0)));
  show(syscall(SYS_ioprio_set, 7, 0, priority(2, 4)));
  show(syscall(SYS_ioprio_get, 7, 0));
  show(syscall(SYS_ioprio_get, 1, 0x3fffffff));
  show(syscall(SYS_ioprio_set, 1, 0x3fffffff, priority(2, 4)));
  return 0;
}
