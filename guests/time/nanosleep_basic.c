// nanosleep(2): sleeps at least as long as asked, not at all for zero, and refuses odd times.
// covers: nanosleep clock_gettime
#include "guest.h"

static int64_t now(void) {
  struct timespec time;
  must(clock_gettime(CLOCK_MONOTONIC, &time));
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

int main(void) {
  static const long kTimes[] = {0, 1, 1000000, 25000000};
  for (size_t i = 0; i < sizeof kTimes / sizeof kTimes[0]; i++) {
    const struct timespec wanted = {0, kTimes[i]};
    const int64_t start = now();
    const int result = nanosleep(&wanted, NULL);
    printf("%ld ns: %d, long enough %d\n", kTimes[i], result, now() - start >= kTimes[i]);
  }
  show(usleep(2000));
  struct timespec bad = {0, 1000000000}, left = {5, 5};
  show(nanosleep(&bad, &left));
  bad = (struct timespec){0, -1};
  show(nanosleep(&bad, &left));
  bad = (struct timespec){-1, 0};
  show(nanosleep(&bad, &left));
  printf("%ld %ld\n", (long)left.tv_sec, left.tv_nsec);
  show(syscall(SYS_nanosleep, 16L, NULL));
  // Three sleepers wake in the order of their times.
  int channel[2];
  must(pipe(channel));
  for (int i = 0; i < 3; i++) {
    if (must(fork()) == 0) {
      sleep_ms(220 - 100 * i);
      must(write(channel[1], &"abc"[i], 1));
      _exit(0);
    }
  }
  char order[4] = "";
  for (int i = 0; i < 3; i++) must(read(channel[0], order + i, 1));
  printf("%s\n", order);
  while (wait(NULL) > 0) {
  }
  return 0;
}
