// futex_waitv(2): sleeps on several futexes and tells which one was woken. Kernels before
// Linux 5.16 do not have it: each line says what holds where it is there.
// covers: futex_waitv
#include "guest.h"

enum { kWaitv = 449, kSize32 = 2, kPrivate = 128, kWake = 1 };

struct waiter {
  uint64_t value, address;
  uint32_t flags, reserved;
};

static uint32_t *words;
static struct waiter list[130];

static long waitv(unsigned count, unsigned flags, const struct timespec *timeout, int clock) {
  return syscall(kWaitv, list, count, flags, timeout, clock);
}

static void holds(const char *what, int is_so) {
  printf("%s: %s\n", what, is_so || errno == ENOSYS ? "yes" : "no");
}
static void fails(const char *what, long result, int error) {
  holds(what, result == -1 && errno == error);
}

static void prepare(unsigned flags) {
  for (unsigned i = 0; i < 130; ++i) {
    words[i] = 0;
    list[i] = (struct waiter){0, (uintptr_t)&words[i], flags, 0};
  }
}

static void errors(void) {
  prepare(kSize32);
  const struct timespec past = {1, 0}, bad = {0, -1};
  fails("no futex: EINVAL", waitv(0, 0, NULL, 0), EINVAL);
  fails("129 futexes: EINVAL", waitv(129, 0, NULL, 0), EINVAL);
  fails("flags: EINVAL", waitv(1, 1, NULL, 0), EINVAL);
  fails("bad clock: EINVAL", waitv(1, 0, &past, 7), EINVAL);
  fails("bad time: EINVAL", waitv(1, 0, &bad, 0), EINVAL);
  fails("past: ETIMEDOUT", waitv(128, 0, &past, CLOCK_MONOTONIC), ETIMEDOUT);
  fails("past, real time: ETIMEDOUT", waitv(2, 0, &past, CLOCK_REALTIME), ETIMEDOUT);
  words[1] = 5;
  fails("another value: EAGAIN", waitv(2, 0, &past, CLOCK_MONOTONIC), EAGAIN);
  words[1] = 0;
  list[1].flags = 0;
  fails("no size: EINVAL", waitv(2, 0, &past, CLOCK_MONOTONIC), EINVAL);
  list[1].flags = kSize32;
  list[1].reserved = 1;
  fails("reserved: EINVAL", waitv(2, 0, &past, CLOCK_MONOTONIC), EINVAL);
  list[1].reserved = 0;
  list[1].address += 1;
  fails("misaligned: EINVAL", waitv(2, 0, &past, CLOCK_MONOTONIC), EINVAL);
  fails("null: EINVAL", syscall(kWaitv, NULL, 1, 0, NULL, 0), EINVAL);
  fails("list: EFAULT", syscall(kWaitv, (void *)16, 1, 0, NULL, 0), EFAULT);
  prepare(kSize32);
  list[0].address = 16;
  fails("futex: EFAULT", waitv(1, 0, NULL, 0), EFAULT);
}

static void woken(unsigned which) {
  prepare(kSize32);
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    // Until it sleeps there is nobody to wake.
    for (int i = 0; i < 1000000 && syscall(SYS_futex, &words[which], kWake, 1) == 0; ++i)
      sched_yield();
    _exit(0);
  }
  const struct timespec far = {INT32_MAX, 0};
  const long index = syscall(kWaitv, list, 4, 0, &far, CLOCK_REALTIME);
  holds("woken", index == (long)which);
  if (index == -1) kill(child, SIGKILL);
  wait_for(child);
}

int main(void) {
  words = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  errors();
  fflush(stdout);
  woken(0);
  fflush(stdout);
  woken(3);
  return 0;
}
