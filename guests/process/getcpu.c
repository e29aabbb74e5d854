// getcpu(2): the CPU a process bound to one runs on, and its node; either may be left out.
// covers: getcpu sched_setaffinity sched_getaffinity
#include "guest.h"

int main(void) {
  cpu_set_t all, one;
  must(sched_getaffinity(0, sizeof all, &all));
  int last = -1;
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
    if (CPU_ISSET(cpu, &all)) last = cpu;
  CPU_ZERO(&one);
  CPU_SET(last, &one);
  must(sched_setaffinity(0, sizeof one, &one));
  unsigned cpu = 12345, node = 12345;
  show(syscall(SYS_getcpu, &cpu, &node, NULL));
  expect(cpu == (unsigned)last);
  expect(node < 1024);
  show(syscall(SYS_getcpu, NULL, NULL, NULL));
  cpu = 12345;
  show(syscall(SYS_getcpu, &cpu, NULL, NULL));
  expect(cpu == (unsigned)last);
  return 0;
}
