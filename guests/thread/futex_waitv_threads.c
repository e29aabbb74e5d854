// futex_waitv(2) among threads: whoever is woken first at any of its words is told which, takes
// one waker's count, and is found at none of them afterwards; a handler ends the wait. Kernels
// before Linux 5.16 do not have it: each line says what holds where it is there.
// covers: futex_waitv futex tgkill
#include "guest.h"
#include "thread.h"

enum { kWaitv = 449, kSize32 = 2, kWords = 8, kMissing = 1000 };

struct waiter {
  uint64_t value, address;
  uint32_t flags, reserved;
};

static atomic_uint words[kWords];
static atomic_uint handled;
static bool missing;

// Waits at all words from the given one on.
static void *wait_from(void *first) {
  struct waiter list[kWords];
  const int begin = (int)(long)first;
  for (int i = begin; i < kWords; ++i) {
    list[i - begin] = (struct waiter){0, (uintptr_t)&words[i], kSize32 | kFutexPrivate, 0};
  }
  const long index = syscall(kWaitv, list, kWords - begin, 0, NULL, 0);
  return (void *)(index == -1 ? -(long)errno : index);
}

static void holds(const char *what, bool is_so) {
  printf("%s: %s\n", what, is_so || missing ? "yes" : "no");
}

static long wake(int word, int count) {
  return futex(&words[word], kFutexWake | kFutexPrivate, (uint32_t)count, NULL, NULL, 0);
}

static void begin(struct thread *thread, long first) {
  start(thread, wait_from, (void *)first);
  if (!missing) until_asleep(thread->tid);
}

static void handler(int number) {
  (void)number;
  atomic_fetch_add(&handled, 1);
}

int main(void) {
  missing = syscall(kWaitv, NULL, 0, 0, NULL, 0) == -1 && errno == ENOSYS;
  struct thread threads[3];
  for (int i = 0; i < 3; ++i) begin(&threads[i], i);
  holds("one of three waits at the first word", wake(0, 9) == 1);
  holds("it is told so", (long)join(&threads[0]) == 0);
  holds("gone from the others", wake(2, 1) == 1);
  holds("the longest waiting", (long)join(&threads[1]) == 1);
  holds("nobody at words of those", wake(1, 9) == 0);
  holds("the last", wake(7, 9) == 1);
  holds("its index", (long)join(&threads[2]) == 5);
  holds("nobody", wake(7, 9) == 0);

  for (int i = 0; i < 3; ++i) begin(&threads[i], 4);
  holds("two at one word", wake(6, 2) == 2);
  // Until they run they are at the other words still.
  holds("their index", (long)join(&threads[0]) == 2 && (long)join(&threads[1]) == 2);
  holds("the third", wake(4, 9) == 1 && (long)join(&threads[2]) == 0);

  atomic_store(&words[3], 1);
  begin(&threads[0], 4);
  start(&threads[1], wait_from, (void *)2L);
  holds("another value", (long)join(&threads[1]) == -EAGAIN);
  holds("left nothing behind", wake(2, 9) == 0 && wake(5, 9) == 1);
  join(&threads[0]);
  // A waiter of several is moved like any.
  begin(&threads[0], 4);
  holds("moved", syscall(SYS_futex, &words[6], 3 | kFutexPrivate, 0, 9L, &words[0], 0) == 1);
  holds("woken there", wake(6, 9) == 0 && wake(0, 9) == 1);
  holds("index of the word it came by", (long)join(&threads[0]) == 2);

  install_handler(SIGUSR1, handler, 0);
  begin(&threads[0], 4);
  if (!missing) {
    must(syscall(SYS_tgkill, getpid(), threads[0].tid, SIGUSR1));
    while (atomic_load(&handled) == 0) sched_yield();
  }
  holds("interrupted", (long)join(&threads[0]) == -EINTR);
  return 0;
}
