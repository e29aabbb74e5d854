// Threads that spin, on a lock of their own making, of futex(2) or of nothing but a load, all get
// to run: each makes the progress that is asked of it.
// covers: futex sched_yield
#include "guest.h"
#include "thread.h"

enum { kThreads = 64, kRounds = 12 };

static atomic_uint lock, gate, turn, finished;
static long counter;

// The lock of three states: free, held, held and waited for.
static void take(void) {
  unsigned free = 0;
  if (atomic_compare_exchange_strong(&lock, &free, 1)) return;
  while (atomic_exchange(&lock, 2) != 0) futex(&lock, kFutexWait | kFutexPrivate, 2, NULL, NULL, 0);
}
static void give(void) {
  if (atomic_exchange(&lock, 0) == 2) futex(&lock, kFutexWake | kFutexPrivate, 1, NULL, NULL, 0);
}

static void *work(void *unused) {
  pass_gate(&gate);
  for (int i = 0; i < kRounds; ++i) {
    take();
    counter += 1;
    give();
  }
  atomic_fetch_add(&finished, 1);
  return unused;
}

// Passes a turn round among threads that do nothing but look for it.
static void *take_turns(void *number) {
  for (unsigned round = 0; round < 2; ++round) {
    while (atomic_load(&turn) != round * 3 + (unsigned)(long)number) {
    }
    atomic_fetch_add(&turn, 1);
  }
  return NULL;
}

static atomic_uint stop;
static atomic_ulong spins[3];
static void *spin(void *number) {
  while (atomic_load(&stop) == 0) atomic_fetch_add(&spins[(long)number], 1);
  return NULL;
}

int main(void) {
  struct thread threads[kThreads];
  for (int i = 0; i < kThreads; ++i) start(&threads[i], work, NULL);
  open_gate(&gate);
  for (int i = 0; i < kThreads; ++i) join(&threads[i]);
  printf("%ld, finished %u\n", counter, finished);
  for (long i = 0; i < 3; ++i) start(&threads[i], take_turns, (void *)i);
  for (int i = 0; i < 3; ++i) join(&threads[i]);
  show(atomic_load(&turn));
  // Endless loops do not keep the first thread from ending them.
  for (long i = 0; i < 3; ++i) start(&threads[i], spin, (void *)i);
  for (int i = 0; i < 3; ++i) {
    while (atomic_load(&spins[i]) < 1000) sched_yield();
  }
  atomic_store(&stop, 1);
  for (int i = 0; i < 3; ++i) join(&threads[i]);
  puts("all ran");
  return 0;
}
