// futex(2), the PI operations between threads: the lock goes to the highest priority and among
// equals to whoever waits longest; chains of holders that wait for each other are EDEADLK; the end
// of a holder gives the lock away, marked; plain waiters and PI ones do not mix.
// covers: futex sched_setscheduler
#include "guest.h"
#include "thread.h"

enum {
  kLockPi = 6,
  kUnlockPi = 7,
  kTryLockPi = 8,
  kLockPi2 = 13,
  kOwnerDied = 0x40000000,
  kTidMask = 0x3fffffff,
};
static const uint32_t kWaitersBit = 0x80000000u;

static atomic_uint lock, other, got, handled;
static atomic_int order[8];
static bool realtime;

static long pi(atomic_uint *word, int command) { return futex(word, command, 0, NULL, NULL, 0); }

struct taker {
  int number, priority;
  atomic_uint gate, passed;
};

// Takes the lock, notes when, and hands it on.
static void *take(void *given) {
  struct taker *const taker = given;
  if (taker->priority != 0) {
    const struct sched_param parameters = {.sched_priority = taker->priority};
    syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &parameters);
  }
  pass_gate(&taker->gate);
  atomic_store(&taker->passed, 1);
  if (pi(&lock, kLockPi | kFutexPrivate) != 0) return (void *)(long)errno;
  const unsigned place = atomic_fetch_add(&got, 1);
  atomic_store(&order[place], taker->number);
  if ((atomic_load(&lock) & kTidMask) != (unsigned)self_id()) return (void *)-1L;
  return (void *)(long)(pi(&lock, kUnlockPi | kFutexPrivate) == 0 ? 0 : errno);
}

static void in_order(const char *what, const int *priorities, const int *expected) {
  struct thread threads[4];
  struct taker takers[4];
  atomic_store(&got, 0);
  for (int i = 0; i < 4; ++i) {
    takers[i] = (struct taker){.number = i, .priority = priorities[i]};
    start(&threads[i], take, &takers[i]);
  }
  must(pi(&lock, kLockPi | kFutexPrivate));
  for (int i = 0; i < 4; ++i) {
    open_gate(&takers[i].gate);
    // This thread may have their priority by now, and would keep them from running.
    while (atomic_load(&takers[i].passed) == 0 || thread_state(getpid(), threads[i].tid) != 'S') {
      sleep_ms(1);
    }
  }
  expect((lock & kTidMask) == (unsigned)self_id() && (lock & kWaitersBit) != 0);
  must(pi(&lock, kUnlockPi | kFutexPrivate));
  long errors = 0;
  for (int i = 0; i < 4; ++i) errors += (long)join(&threads[i]);
  bool right = true;
  for (int i = 0; i < 4; ++i) right &= order[i] == expected[i];
  printf("%s: errors %ld, right order %d, word %#x\n", what, errors, right, lock);
}

static void *hold_other_and_lock(void *unused) {
  (void)unused;
  long result = pi(&other, kLockPi);
  if (result == 0) result = pi(&lock, kLockPi);
  if (result != 0) return (void *)(long)errno;
  pi(&lock, kUnlockPi);
  pi(&other, kUnlockPi);
  return NULL;
}

static void *try_all(void *unused) {
  (void)unused;
  const struct timespec past = {1, 0};
  show(pi(&lock, kTryLockPi));
  show(pi(&lock, kUnlockPi));
  show(futex(&lock, kLockPi, 0, &past, NULL, 0));
  const long second = futex(&lock, kLockPi2, 0, &past, NULL, 0);
  printf("LOCK_PI2: %d\n", second == -1 && (errno == ETIMEDOUT || errno == ENOSYS));
  return NULL;
}

static void deadlock(void) {
  struct thread thread;
  must(pi(&lock, kLockPi));
  start(&thread, try_all, NULL);
  join(&thread);
  start(&thread, hold_other_and_lock, NULL);
  until_asleep(thread.tid);
  // Each would wait for the other.
  show(pi(&other, kLockPi));
  show(pi(&lock, kLockPi));
  show(pi(&lock, kUnlockPi));
  show((long)join(&thread));
  expect(lock == 0 && other == 0);
}

static atomic_uint gate;
static void *hold_and_end(void *unused) {
  (void)unused;
  const long result = pi(&lock, kLockPi);
  pass_gate(&gate);
  return (void *)result;
}

static void holder_ends(void) {
  struct thread holder;
  atomic_store(&gate, 1);
  start(&holder, hold_and_end, NULL);
  join(&holder);
  expect((lock & kTidMask) == (unsigned)holder.tid);
  show(pi(&lock, kLockPi));
  show(pi(&lock, kTryLockPi));
  show(pi(&lock, kUnlockPi));
  atomic_store(&lock, 0);
}

static void *lock_shared(void *unused) {
  (void)unused;
  if (pi(&lock, kLockPi) != 0) return (void *)(long)errno;
  const uint32_t word = atomic_load(&lock);
  const bool died = (word & kOwnerDied) != 0 && (word & kTidMask) == (unsigned)self_id();
  pi(&lock, kUnlockPi);
  return (void *)(died ? 1000L : 2000L);
}

static void holder_ends_with_waiter(void) {
  struct thread holder, waiter;
  atomic_store(&gate, 0);
  start(&holder, hold_and_end, NULL);
  until_asleep(holder.tid);
  start(&waiter, lock_shared, NULL);
  until_asleep(waiter.tid);
  open_gate(&gate);
  join(&holder);
  show((long)join(&waiter));
  expect(lock == 0);
}

static void *plain_wait(void *unused) {
  (void)unused;
  return (void *)(long)futex_wait(&lock, atomic_load(&lock));
}

static void mixed(void) {
  struct thread thread;
  must(pi(&lock, kLockPi));
  start(&thread, plain_wait, NULL);
  until_asleep(thread.tid);
  struct thread taker;
  start(&taker, lock_shared, NULL);
  show((long)join(&taker) == EINVAL);
  show(pi(&lock, kUnlockPi));
  show(futex_wake(&lock, 1));
  join(&thread);
  atomic_store(&lock, (unsigned)self_id());
  start(&taker, lock_shared, NULL);
  until_asleep(taker.tid);
  show(futex_wake(&lock, 1));
  show(syscall(SYS_futex, &lock, 3, 1, 1L, &other, 0));
  show(pi(&lock, kUnlockPi));
  show((long)join(&taker));
}

static void handler(int number) {
  (void)number;
  atomic_fetch_add(&handled, 1);
}

// A handler runs during the wait, which then goes on whatever the action's flags.
static void interrupted(void) {
  struct thread thread;
  install_handler(SIGUSR1, handler, 0);
  must(pi(&lock, kLockPi));
  start(&thread, lock_shared, NULL);
  until_asleep(thread.tid);
  must(syscall(SYS_tgkill, getpid(), thread.tid, SIGUSR1));
  while (atomic_load(&handled) == 0) sched_yield();
  until_asleep(thread.tid);
  show(pi(&lock, kUnlockPi));
  show((long)join(&thread));
}

int main(void) {
  const struct sched_param high = {.sched_priority = 5}, none = {.sched_priority = 0};
  realtime = syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &high) == 0;
  syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &none);
  const int same[4] = {0, 0, 0, 0}, as_come[4] = {0, 1, 2, 3};
  const int rising[4] = {1, 3, 2, 3}, by_priority[4] = {1, 3, 2, 0};
  in_order("equal", same, as_come);
  // Where no real-time priority may be had, they are equal.
  in_order("by priority", rising, realtime ? by_priority : as_come);
  deadlock();
  holder_ends();
  holder_ends_with_waiter();
  mixed();
  interrupted();
  return 0;
}
