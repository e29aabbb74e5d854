// futex(2), FUTEX_WAIT, FUTEX_WAKE and their BITSET forms between threads: whoever came first is
// woken first, as many as asked, those alone whose bits are asked for; a handler ends a wait with
// EINTR unless it restarts, and another value refuses one.
// covers: futex tgkill
#include "guest.h"
#include "thread.h"

enum { kWaiters = 6, kWaitBitset = 9, kWakeBitset = 10, kAllBits = -1 };

static atomic_uint word, turn, handled;
static struct thread waiters[kWaiters];
static atomic_int order[kWaiters + 2];
static atomic_uint places, woken;

struct wait {
  int number;
  uint32_t bits;
};

static void *wait_with_bits(void *given) {
  const struct wait *wait = given;
  const long result = futex(&word, kWaitBitset | kFutexPrivate, 0, NULL, NULL, wait->bits);
  const int error = result == 0 ? 0 : errno;
  order[atomic_fetch_add(&places, 1)] = wait->number;
  atomic_fetch_add(&woken, 1);
  return (void *)(long)error;
}

// Threads that wait in the order of their numbers.
static void line_up(int count, const uint32_t *bits) {
  static struct wait waits[kWaiters];
  atomic_store(&places, 0);
  atomic_store(&woken, 0);
  for (int i = 0; i < count; ++i) {
    waits[i] = (struct wait){i, bits == NULL ? (uint32_t)kAllBits : bits[i]};
    start(&waiters[i], wait_with_bits, &waits[i]);
    until_asleep(waiters[i].tid);
  }
}

// Once so many have returned, who they were.
static void tell(const char *what, long result, unsigned count) {
  while (atomic_load(&woken) < count) sched_yield();
  printf("%s = %ld: woken", what, result);
  for (unsigned i = 0; i < count; ++i) printf(" %d", atomic_load(&order[i]));
  putchar('\n');
}
#define wakes(call, count) tell(#call, call, count)

static long wake(int count) { return futex(&word, 1 | kFutexPrivate, (uint32_t)count, 0, 0, 0); }
static long wake_bits(int count, uint32_t bits) {
  return futex(&word, kWakeBitset | kFutexPrivate, (uint32_t)count, NULL, NULL, bits);
}

static void counts(void) {
  show(wake(1));
  line_up(kWaiters, NULL);
  for (unsigned i = 1; i <= 3; ++i) wakes(wake(1), i);
  // A count of nought wakes one.
  wakes(wake(0), 4);
  show(wake_bits(1, 0));
  show(wake(INT_MAX));
  for (int i = 0; i < kWaiters; ++i) join(&waiters[i]);
  show(wake(INT_MAX));
  line_up(3, NULL);
  show(wake(-1));
  show(wake(2));
  for (int i = 0; i < 3; ++i) join(&waiters[i]);
}

static void bitsets(void) {
  const uint32_t bits[kWaiters] = {1, 2, 3, 4, 0x80000000u, 2};
  line_up(kWaiters, bits);
  show(wake_bits(INT_MAX, 8));
  wakes(wake_bits(1, 2), 1);
  wakes(wake_bits(1, 2), 2);
  wakes(wake_bits(1, 2), 3);
  show(wake_bits(1, 2));
  wakes(wake_bits(1, 0x80000000u), 4);
  show(wake_bits(INT_MAX, (uint32_t)kAllBits));
  for (int i = 0; i < kWaiters; ++i) join(&waiters[i]);
  show(futex(&word, kWaitBitset, 0, NULL, NULL, 0));
  // The key of a private wait is not that of a shared one.
  line_up(1, NULL);
  show(futex_wake(&word, 1));
  show(wake(1));
  join(&waiters[0]);
}

static void handler(int number) {
  (void)number;
  atomic_fetch_add(&handled, 1);
}

static void *plain_wait(void *unused) {
  (void)unused;
  return (void *)(long)(futex_wait(&word, 0) == 0 ? 0 : errno);
}

static void interrupted(int flags) {
  struct thread thread;
  install_handler(SIGUSR1, handler, flags);
  atomic_store(&handled, 0);
  start(&thread, plain_wait, NULL);
  until_asleep(thread.tid);
  must(syscall(SYS_tgkill, getpid(), thread.tid, SIGUSR1));
  while (atomic_load(&handled) == 0) sched_yield();
  if (flags & SA_RESTART) {
    // It waits once more, now at the end of the line.
    until_asleep(thread.tid);
    while (futex_wake(&word, 1) == 0) sched_yield();
  }
  printf("handler with flags %s: %s\n", flags ? "SA_RESTART" : "0",
         errno_name((int)(long)join(&thread)));
}

static void errors(void) {
  atomic_store(&word, 1);
  show(futex_wait(&word, 0));
  show(futex(&word, kWaitBitset, 0, NULL, NULL, 1));
  atomic_store(&word, 0);
  char *const odd = (char *)&word + 1;
  show(futex_wait(odd, 0));
  show(futex_wake(odd, 1));
  show(futex_wait((void *)8, 0));
  show(futex_wait((void *)-4096L, 0));
  show(futex_wait(memory_edge(), 0));
  show(futex_wake(NULL, 1));
  show(futex(&word, 127, 0, NULL, NULL, 0));
  show(futex(&word, 1 | 512, 0, NULL, NULL, 0));
  show(futex(&word, 1 | 256, 0, NULL, NULL, 0));
}

// Two threads that wake each other in turn.
static void *ping(void *given) {
  const unsigned me = (unsigned)(long)given;
  for (int i = 0; i < 500; ++i) {
    for (unsigned now; (now = atomic_load(&turn)) % 2 != me;) futex_wait(&turn, now);
    atomic_fetch_add(&turn, 1);
    futex_wake(&turn, 1);
  }
  return NULL;
}

int main(void) {
  counts();
  bitsets();
  interrupted(0);
  interrupted(SA_RESTART);
  errors();
  struct thread threads[2];
  for (long i = 0; i < 2; ++i) start(&threads[i], ping, (void *)i);
  for (int i = 0; i < 2; ++i) join(&threads[i]);
  show(atomic_load(&turn));
  return 0;
}
