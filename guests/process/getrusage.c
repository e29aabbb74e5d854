// getrusage(2): processor time grows with work, maximum residence is known, fields a caller cannot
// expect are never negative, and RUSAGE_CHILDREN starts at zero.
// covers: getrusage
#include "guest.h"

static long microseconds(const struct rusage *usage) {
  return (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000L + usage->ru_utime.tv_usec +
         usage->ru_stime.tv_usec;
}

int main(void) {
  struct rusage before, after, children;
  memset(&before, 0xff, sizeof before);
  show(getrusage(RUSAGE_SELF, &before));
  expect(before.ru_utime.tv_sec >= 0 && before.ru_utime.tv_usec < 1000000);
  volatile unsigned long work = 0;
  do {
    for (int i = 0; i < 10000; i++) work += i;
    must(getrusage(RUSAGE_SELF, &after));
  } while (microseconds(&after) < microseconds(&before) + 10000);
  expect(microseconds(&after) >= microseconds(&before) + 10000);
  expect(after.ru_maxrss > 0);
  expect(after.ru_minflt >= 0 && after.ru_majflt >= 0 && after.ru_nswap >= 0);
  expect(after.ru_nvcsw >= 0 && after.ru_nivcsw >= 0);
  show(getrusage(RUSAGE_THREAD, &after));
  expect(microseconds(&after) >= 10000);
  show(getrusage(RUSAGE_CHILDREN, &children));
  expect(microseconds(&children) == 0);
  show(getrusage(77, &children));
  show(getrusage(RUSAGE_SELF, (struct rusage *)16));
  return 0;
}
