// futex(2): FUTEX_WAIT measures its timeout from now, FUTEX_WAIT_BITSET until a time of the
// monotonic or the real clock; bad times are EINVAL, addresses EFAULT; no wait ends too early.
// covers: futex clock_gettime
#include "guest.h"
#include "thread.h"

enum { kWaitBitset = 9, kRealtime = 256 };
static atomic_uint word;

static struct timespec now(int clock) {
  struct timespec time;
  must(clock_gettime(clock, &time));
  return time;
}
static struct timespec later(int clock, long nanoseconds) {
  struct timespec time = now(clock);
  time.tv_nsec += nanoseconds;
  time.tv_sec += time.tv_nsec / 1000000000;
  time.tv_nsec %= 1000000000;
  return time;
}
static bool before(struct timespec a, struct timespec b) {
  return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec;
}

static long bitset(int flags, const void *timeout) {
  return futex(&word, kWaitBitset | flags, 0, timeout, NULL, ~0u);
}

static void *wait_for_ever(void *timeout) {
  const long result = futex(&word, kFutexWait, 0, timeout, NULL, 0);
  return (void *)(long)(result == 0 ? 0 : errno);
}

static void woken_in_time(void) {
  const struct timespec hour = {3600, 0};
  struct thread thread;
  start(&thread, wait_for_ever, (void *)&hour);
  until_asleep(thread.tid);
  while (futex_wake(&word, 1) == 0) sched_yield();
  show((long)join(&thread));
}

int main(void) {
  const struct timespec relative = {0, 3000000}, nothing = {0, 0};
  struct timespec end = later(CLOCK_MONOTONIC, 3000000);
  show(futex(&word, kFutexWait, 0, &relative, NULL, 0));
  expect(!before(now(CLOCK_MONOTONIC), end));
  show(futex(&word, kFutexWait, 0, &nothing, NULL, 0));
  end = later(CLOCK_MONOTONIC, 3000000);
  show(bitset(0, &end));
  expect(!before(now(CLOCK_MONOTONIC), end));
  end = later(CLOCK_REALTIME, 3000000);
  show(bitset(kRealtime, &end));
  expect(!before(now(CLOCK_REALTIME), end));
  const struct timespec first = {0, 1};
  show(bitset(0, &first));
  show(bitset(kRealtime, &first));
  show(bitset(kRealtime | kFutexPrivate, &first));

  const struct timespec bad[] = {{-1, 0}, {0, -1}, {0, 1000000000}, {LONG_MIN, 0}};
  for (int i = 0; i < 4; ++i) {
    show(futex(&word, kFutexWait, 0, &bad[i], NULL, 0));
    show(bitset(0, &bad[i]));
    show(bitset(kRealtime, &bad[i]));
  }
  // The time is looked at before the word.
  show(futex(&word, kFutexWait, 5, &bad[2], NULL, 0));
  show(futex(&word, kFutexWait, 5, &relative, NULL, 0));
  show(futex(&word, kFutexWait, 0, (void *)8, NULL, 0));
  show(bitset(0, (void *)-4096L));
  show(futex(&word, kFutexWait, 0, at_edge(&nothing, 8), NULL, 0));
  woken_in_time();

  // 16 waits that end at different times, begun in the wrong order.
  struct thread threads[16];
  struct timespec timeouts[16];
  for (int i = 0; i < 16; ++i) {
    timeouts[i] = (struct timespec){0, (16 - i) * 500000};
    start(&threads[i], wait_for_ever, &timeouts[i]);
  }
  int timed_out = 0;
  for (int i = 0; i < 16; ++i) timed_out += (long)join(&threads[i]) == ETIMEDOUT;
  show(timed_out);
  show(futex_wake(&word, INT_MAX));
  return 0;
}
