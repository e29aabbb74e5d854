// sched_setaffinity(2): the mask read back is the one that was set, it is inherited, and a mask
// without a usable processor, a buffer too small or an unknown process are refused.
// covers: sched_setaffinity sched_getaffinity getcpu
#include "guest.h"

static cpu_set_t first_only;

static void child(void) {
  cpu_set_t mask;
  must(sched_getaffinity(0, sizeof mask, &mask));
  expect(CPU_EQUAL(&mask, &first_only));
}

int main(void) {
  cpu_set_t mask;
  show(sched_getaffinity(0, sizeof mask, &mask));
  expect(CPU_COUNT(&mask) >= 1);
  expect(sysconf(_SC_NPROCESSORS_ONLN) >= 1);
  unsigned long words[128];
  const long size = syscall(SYS_sched_getaffinity, 0, sizeof words, words);
  expect(size > 0 && size % 8 == 0 && size <= (long)sizeof words);
  int first = 0;
  while (!CPU_ISSET(first, &mask)) first++;
  CPU_ZERO(&first_only);
  CPU_SET(first, &first_only);
  show(sched_setaffinity(0, sizeof first_only, &first_only));
  CPU_ZERO(&mask);
  show(sched_getaffinity(getpid(), sizeof mask, &mask));
  expect(CPU_EQUAL(&mask, &first_only));
  print_status("child", in_child(child));
  unsigned cpu = 99999, node = 99999;
  show(syscall(SYS_getcpu, &cpu, &node, NULL));
  expect((int)cpu == first);
  expect(node < 1024);
  show(syscall(SYS_getcpu, NULL, NULL, NULL));
  CPU_ZERO(&mask);
  show(sched_setaffinity(0, sizeof mask, &mask));
  show(syscall(SYS_sched_getaffinity, 0, 1, words));
  show(syscall(SYS_sched_getaffinity, 0, 9, words));
  show(syscall(SYS_sched_getaffinity, 0, sizeof words, 16L));
  show(syscall(SYS_sched_getaffinity, 0x3fffffff, sizeof words, words));
  show(syscall(SYS_sched_setaffinity, 0x3fffffff, sizeof words, words));
  return 0;
}
