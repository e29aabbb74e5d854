// futex(2), FUTEX_LOCK_PI and kin, between processes: a free lock is taken, a held one waited for,
// the word tells the holder and that somebody waits, and the holder's death gives the lock away.
// covers: futex
#include "guest.h"

enum {
  kLockPi = 6,
  kUnlockPi = 7,
  kTryLockPi = 8,
  kWaiters = (int)0x80000000,
  kOwnerDied = 0x40000000,
  kTidMask = 0x3fffffff,
};

static volatile uint32_t *word;

static long pi(int command, const struct timespec *timeout) {
  return syscall(SYS_futex, word, command, 0, timeout, NULL, 0);
}
static uint32_t self(void) { return (uint32_t)syscall(SYS_gettid); }

// Once another process waits in the kernel.
static void wait_for_waiter(void) {
  while (!(*word & kWaiters)) sched_yield();
}

static void alone(void) {
  show(pi(kLockPi, NULL));
  expect(*word == self());
  show(pi(kLockPi, NULL));
  show(pi(kTryLockPi, NULL));
  show(pi(kUnlockPi, NULL));
  expect(*word == 0);
  show(pi(kUnlockPi, NULL));
  show(pi(kTryLockPi, NULL));
  expect(*word == self());
  show(pi(kUnlockPi, NULL));
  *word = kOwnerDied;
  show(pi(kLockPi, NULL));
  expect(*word == (self() | kOwnerDied));
  show(pi(kUnlockPi, NULL));
  expect(*word == 0);
  *word = kTidMask - 1;
  show(pi(kLockPi, NULL));
  *word = 0;
}

static void errors(void) {
  show(syscall(SYS_futex, (char *)word + 2, kLockPi, 0, NULL, NULL, 0));
  char *gone = mmap(NULL, kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  show(syscall(SYS_futex, gone, kLockPi, 0, NULL, NULL, 0));
  show(syscall(SYS_futex, gone, kUnlockPi, 0, NULL, NULL, 0));
  const struct timespec bad = {0, 1000000000};
  show(pi(kLockPi, &bad));
}

static void between_processes(void) {
  fflush(stdout);
  must(pi(kLockPi, NULL));
  pid_t child = (pid_t)must(fork());
  if (child == 0) {
    const struct timespec past = {1, 0};
    show(pi(kTryLockPi, NULL));
    show(pi(kUnlockPi, NULL));
    show(pi(kLockPi, &past));
    fflush(stdout);
    _exit(0);
  }
  print_status("tries", wait_for(child));
  fflush(stdout);
  *word &= ~kWaiters;
  child = (pid_t)must(fork());
  if (child == 0) {
    show(pi(kLockPi, NULL));
    expect((*word & kTidMask) == self());
    expect((*word & kOwnerDied) == 0);
    show(pi(kUnlockPi, NULL));
    expect(*word == 0);
    fflush(stdout);
    _exit(0);
  }
  wait_for_waiter();
  expect((*word & kTidMask) == self());
  show(pi(kUnlockPi, NULL));
  print_status("waits", wait_for(child));
}

// The parent waits for what the child takes with it.
static void holder_dies(int how) {
  int ready[2];
  must(pipe(ready));
  *word = 0;
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    must(pi(kLockPi, NULL));
    must(write(ready[1], "", 1));
    wait_for_waiter();
    if (how == SIGKILL) raise(SIGKILL);
    _exit(0);
  }
  char byte;
  must(read(ready[0], &byte, 1));
  show(pi(kLockPi, NULL));
  expect((*word & kTidMask) == self());
  expect((*word & kOwnerDied) != 0);
  print_status("holder", wait_for(child));
  show(pi(kUnlockPi, NULL));
  expect(*word == 0);
}

static void handler(int signal) { (void)signal; }

// A handler runs, and the wait goes on, with SA_RESTART or without.
static void interrupted(void) {
  const struct sigaction action = {.sa_handler = handler};
  must(sigaction(SIGUSR1, &action, NULL));
  must(pi(kLockPi, NULL));
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    show(pi(kLockPi, NULL));
    show(pi(kUnlockPi, NULL));
    fflush(stdout);
    _exit(0);
  }
  wait_for_waiter();
  must(kill(child, SIGUSR1));
  for (int i = 0; i < 20; ++i) sched_yield();
  show(pi(kUnlockPi, NULL));
  print_status("interrupted", wait_for(child));
}

int main(void) {
  setvbuf(stdout, NULL, _IOFBF, 1 << 16);
  word = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  alone();
  errors();
  fflush(stdout);
  between_processes();
  fflush(stdout);
  holder_dies(0);
  holder_dies(SIGKILL);
  fflush(stdout);
  interrupted();
  return 0;
}
