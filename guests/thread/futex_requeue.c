// futex(2), FUTEX_REQUEUE and FUTEX_CMP_REQUEUE: the first are woken, the next moved behind those
// that wait there already, and are found at the other word alone.
// covers: futex
#include "guest.h"
#include "thread.h"

enum { kRequeue = 3, kCmpRequeue = 4, kThreads = 6 };

static atomic_uint from, to;
static atomic_uint taken, woken;
static atomic_int order[kThreads * 2];
static struct thread threads[kThreads * 2];

struct place {
  int number;
  atomic_uint *word;
};
static struct place places[kThreads * 2];

static void *wait_at(void *given) {
  const struct place *place = given;
  if (futex_wait(place->word, 0) != 0) return (void *)1L;
  order[atomic_fetch_add(&taken, 1)] = place->number;
  atomic_fetch_add(&woken, 1);
  return NULL;
}

static void add_waiter(int number, atomic_uint *word) {
  places[number] = (struct place){number, word};
  start(&threads[number], wait_at, &places[number]);
  until_asleep(threads[number].tid);
}

static void tell(unsigned count) {
  while (atomic_load(&woken) < count) sched_yield();
  printf("woken:");
  for (unsigned i = 0; i < count; ++i) printf(" %d", atomic_load(&order[i]));
  putchar('\n');
}

static long requeue(int wake, int move) {
  return syscall(SYS_futex, &from, kRequeue, wake, (long)move, &to, 0);
}
static long cmp_requeue(int wake, int move, uint32_t value) {
  return syscall(SYS_futex, &from, kCmpRequeue, wake, (long)move, &to, value);
}

static void join_all(int count) {
  long failed = 0;
  for (int i = 0; i < count; ++i) failed += (long)join(&threads[i]);
  show(failed);
  atomic_store(&taken, 0);
  atomic_store(&woken, 0);
}

static void plain(void) {
  add_waiter(0, &to);
  for (int i = 1; i < 6; ++i) add_waiter(i, &from);
  show(requeue(1, 2));
  tell(1);
  show(futex_wake(&to, 1));
  tell(2);
  show(futex_wake(&to, 1));
  tell(3);
  show(futex_wake(&to, 1));
  tell(4);
  show(futex_wake(&to, 1));
  show(futex_wake(&from, 1));
  tell(5);
  show(requeue(0, INT_MAX));
  show(futex_wake(&from, INT_MAX));
  show(futex_wake(&to, INT_MAX));
  join_all(6);
}

static void compared(void) {
  for (int i = 0; i < 4; ++i) add_waiter(i, &from);
  atomic_store(&from, 7);
  show(cmp_requeue(1, 1, 0));
  // Woken and moved are counted together.
  show(cmp_requeue(1, 2, 7));
  tell(1);
  show(cmp_requeue(0, 0, 7));
  show(cmp_requeue(2, 0, 7));
  tell(2);
  atomic_store(&to, 1);
  show(futex_wake(&to, INT_MAX));
  join_all(4);
  atomic_store(&from, 0);
  atomic_store(&to, 0);
}

// Onto the word itself nobody moves anywhere, but all are counted.
static void onto_itself(void) {
  for (int i = 0; i < 3; ++i) add_waiter(i, &from);
  show(syscall(SYS_futex, &from, kCmpRequeue, 0, 5L, &from, 0));
  show(futex_wake(&from, 1));
  tell(1);
  show(futex_wake(&from, INT_MAX));
  join_all(3);
}

static void errors(void) {
  show(requeue(-1, 1));
  show(requeue(1, -1));
  show(cmp_requeue(1, 1, 5));
  show(syscall(SYS_futex, (char *)&from + 1, kRequeue, 1, 1L, &to, 0));
  show(syscall(SYS_futex, &from, kRequeue, 1, 1L, (char *)&to + 2, 0));
  show(syscall(SYS_futex, &from, kRequeue, 1, 1L, 8L, 0));
  show(syscall(SYS_futex, 8L, kCmpRequeue, 1, 1L, &to, 0));
  show(syscall(SYS_futex, &from, kCmpRequeue, 1, 1L, -4096L, 0));
}

int main(void) {
  plain();
  compared();
  onto_itself();
  errors();
  // A moved waiter's timeout holds still.
  add_waiter(0, &from);
  show(requeue(0, 1));
  show(requeue(1, 0));
  show(futex_wake(&to, 1));
  tell(1);
  join_all(1);
  return 0;
}
