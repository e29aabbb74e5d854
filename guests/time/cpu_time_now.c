// clock_gettime(2), getrusage(2): CPU time passes while a program computes, not only when it lets
// somebody else run.
// covers: clock_gettime getrusage
#include "guest.h"

int main(void) {
  struct timespec first, next;
  must(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &first));
  int steps = 0;
  for (int i = 0; i < 100; i++) {
    for (volatile int work = 0; work < 100; work++) continue;
    must(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &next));
    if (next.tv_sec != first.tv_sec || next.tv_nsec != first.tv_nsec) steps++;
    first = next;
  }
  expect(steps >= 95);
  struct rusage usage;
  must(getrusage(RUSAGE_SELF, &usage));
  must(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &next));
  const int64_t told = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
                       usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
  expect(told <= next.tv_sec * 1000000 + next.tv_nsec / 1000 + 1);
  return 0;
}
