// pthreads(7), futex(2): 64 threads that want one lock all get it as often as they are to: a lock
// that they spin for without giving up the CPU, one that waits by futex, a ticket lock that serves
// them in order.
// covers: clone futex sched_yield
// flags: -pthread
#include "guest.h"
#include <linux/futex.h>
#include <pthread.h>

enum { kThreads = 64, kRounds = 25 };

static volatile uint32_t word, serving, inside;
static volatile uint64_t count;
static int rounds[kThreads];

static void spin_lock(void) {
  while (__atomic_exchange_n(&word, 1, __ATOMIC_ACQUIRE) != 0)
    while (word != 0) {
    }
}
static void spin_unlock(void) { __atomic_store_n(&word, 0, __ATOMIC_RELEASE); }

static void futex_lock(void) {
  uint32_t seen = 0;
  if (__atomic_compare_exchange_n(&word, &seen, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
    return;
  while (__atomic_exchange_n(&word, 2, __ATOMIC_ACQUIRE) != 0)
    syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 2, NULL);
}
static void futex_unlock(void) {
  if (__atomic_exchange_n(&word, 0, __ATOMIC_RELEASE) == 2)
    syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1);
}

static void ticket_lock(void) {
  const uint32_t ticket = __atomic_fetch_add(&word, 1, __ATOMIC_ACQUIRE);
  while (__atomic_load_n(&serving, __ATOMIC_ACQUIRE) != ticket) sched_yield();
}
static void ticket_unlock(void) { __atomic_store_n(&serving, serving + 1, __ATOMIC_RELEASE); }

static const struct way {
  const char *name;
  void (*lock)(void), (*unlock)(void);
} kWays[] = {
    {"spinning", spin_lock, spin_unlock},
    {"futex", futex_lock, futex_unlock},
    {"tickets", ticket_lock, ticket_unlock},
};
static const struct way *way;

static void *run(void *number) {
  for (int i = 0; i < kRounds; i++) {
    way->lock();
    if (inside++ != 0) abort();
    count++;
    rounds[(intptr_t)number]++;
    inside--;
    way->unlock();
  }
  return NULL;
}

int main(void) {
  for (size_t i = 0; i < sizeof kWays / sizeof kWays[0]; i++) {
    pthread_t threads[kThreads];
    way = &kWays[i];
    word = serving = 0;
    count = 0;
    memset(rounds, 0, sizeof rounds);
    for (intptr_t n = 0; n < kThreads; n++)
      must(-(pthread_create(&threads[n], NULL, run, (void *)n) != 0));
    int all = 0;
    for (int n = 0; n < kThreads; n++) must(-(pthread_join(threads[n], NULL) != 0));
    for (int n = 0; n < kThreads; n++) all += rounds[n] == kRounds;
    printf("%s: %d threads got all, %d in all\n", way->name, all, (int)count);
  }
  return 0;
}
