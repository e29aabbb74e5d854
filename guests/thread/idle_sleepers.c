// clock_nanosleep(2) on the CPU time of the process: while nobody works, sleepers do not wake, not
// one another either; when somebody does, they do.
// covers: clock_nanosleep getrusage
#include "guest.h"
#include "thread.h"

enum { kSleepers = 3 };

static void *sleep_for_an_hour(void *unused) {
  const struct timespec hour = {3600, 0};
  raw(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, &hour, NULL);
  return unused;
}

static atomic_bool awake;
static void *sleep_a_moment(void *unused) {
  const struct timespec moment = {0, 2000000};
  show(raw(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, &moment, NULL));
  atomic_store(&awake, true);
  return unused;
}

static long switches(void) {
  struct rusage usage;
  must(getrusage(RUSAGE_SELF, &usage));
  return usage.ru_nvcsw;
}

int main(void) {
  static struct thread threads[kSleepers + 1];
  for (int i = 0; i < kSleepers; ++i) start(&threads[i], sleep_for_an_hour, NULL);
  for (int i = 0; i < kSleepers; ++i) until_asleep(threads[i].tid);
  const long before = switches();
  sleep_ms(20);
  expect(switches() - before < 100);
  start(&threads[kSleepers], sleep_a_moment, NULL);
  while (!atomic_load(&awake)) {
  }
  join(&threads[kSleepers]);
  return 0;
}
