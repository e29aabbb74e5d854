// futex(2), FUTEX_WAIT_REQUEUE_PI and FUTEX_CMP_REQUEUE_PI: who is woken owns the lock, the others
// wait for it in their order; what does not fit together is EINVAL, another value EAGAIN.
// covers: futex
#include "guest.h"
#include "thread.h"

enum { kLockPi = 6, kUnlockPi = 7, kWaitRequeuePi = 11, kCmpRequeuePi = 12, kRealtime = 256 };

static atomic_uint condition, lock, other, got, handled;
static atomic_int order[4];
static struct thread threads[4];

static long pi(int command) { return futex(&lock, command, 0, NULL, NULL, 0); }
static long requeue(int wake, long move, uint32_t value) {
  return syscall(SYS_futex, &condition, kCmpRequeuePi, wake, move, &lock, value);
}
static long wait_requeue(uint32_t value, const void *timeout, void *target) {
  return futex(&condition, kWaitRequeuePi, value, timeout, target, 0);
}

static void *wait_and_own(void *number) {
  if (wait_requeue(0, NULL, &lock) != 0) return (void *)(long)errno;
  atomic_store(&order[atomic_fetch_add(&got, 1)], (int)(long)number);
  const bool mine = (atomic_load(&lock) & 0x3fffffff) == (unsigned)self_id();
  if (pi(kUnlockPi) != 0) return (void *)(long)errno;
  return (void *)(mine ? 0L : -1L);
}

static void line_up(int count) {
  atomic_store(&got, 0);
  for (long i = 0; i < count; ++i) {
    start(&threads[i], wait_and_own, (void *)i);
    until_asleep(threads[i].tid);
  }
}

static void tell(const char *what, int count) {
  long errors = 0;
  for (int i = 0; i < count; ++i) errors += (long)join(&threads[i]);
  printf("%s: errors %ld, order", what, errors);
  for (int i = 0; i < count; ++i) printf(" %d", atomic_load(&order[i]));
  printf(", word %#x\n", atomic_load(&lock));
}

static void works(void) {
  line_up(3);
  show(requeue(1, INT_MAX, 0));
  tell("free lock", 3);
  line_up(3);
  must(pi(kLockPi));
  show(requeue(1, INT_MAX, 0));
  show(atomic_load(&got));
  show(pi(kUnlockPi));
  tell("held lock", 3);
  line_up(2);
  show(requeue(1, 0, 0));
  join(&threads[0]);
  show(requeue(1, 0, 0));
  join(&threads[1]);
  show(atomic_load(&got));
}

static void *plain_wait(void *unused) {
  (void)unused;
  return (void *)futex_wait(&condition, 0);
}

static void errors(void) {
  const struct timespec past = {1, 0}, bad = {0, -1};
  show(requeue(0, 1, 0));
  show(requeue(2, 1, 0));
  show(requeue(1, -1, 0));
  show(requeue(1, 1, 9));
  show(requeue(1, 1, 0));
  show(syscall(SYS_futex, &condition, kCmpRequeuePi, 1, 1L, &condition, 0));
  show(syscall(SYS_futex, &condition, kCmpRequeuePi, 1, 1L, (char *)&lock + 1, 0));
  show(syscall(SYS_futex, &condition, kCmpRequeuePi, 1, 1L, 8L, 0));
  show(wait_requeue(9, NULL, &lock));
  show(wait_requeue(0, NULL, &condition));
  show(wait_requeue(0, NULL, (char *)&lock + 2));
  show(wait_requeue(0, NULL, (void *)8));
  show(wait_requeue(0, &past, &lock));
  show(wait_requeue(0, &bad, &lock));
  show(futex(&condition, kWaitRequeuePi | kRealtime, 0, &past, &lock, 0));

  line_up(1);
  show(syscall(SYS_futex, &condition, kCmpRequeuePi, 1, 1L, &other, 0));
  show(futex_wake(&condition, 1));
  show(syscall(SYS_futex, &condition, 3, 1, 1L, &lock, 0));
  show(syscall(SYS_futex, &condition, 4, 0, 1L, &lock, 0));
  show(requeue(1, 1, 0));
  tell("after refusals", 1);
  start(&threads[0], plain_wait, NULL);
  until_asleep(threads[0].tid);
  show(requeue(1, 1, 0));
  show(futex_wake(&condition, 1));
  show((long)join(&threads[0]));
}

static void handler(int number) {
  (void)number;
  atomic_fetch_add(&handled, 1);
}

// The wait goes on after a handler.
static void interrupted(void) {
  install_handler(SIGUSR1, handler, 0);
  line_up(1);
  must(syscall(SYS_tgkill, getpid(), threads[0].tid, SIGUSR1));
  while (atomic_load(&handled) == 0) sched_yield();
  until_asleep(threads[0].tid);
  long moved;
  while ((moved = requeue(1, 1, 0)) == 0) sched_yield();
  show(moved);
  tell("interrupted", 1);
}

int main(void) {
  works();
  errors();
  interrupted();
  return 0;
}
