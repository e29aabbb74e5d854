// The promise of load-exclusive and store-exclusive (Arm ARM, B2.9): a store fails when anybody has
// written in between, also when the value is the old one again, and after an exception: preemption,
// a fault, a signal handler. Two processes meet in shared memory, without a call in between. The
// host has no such instructions: it prints what the architecture promises.
// covers: clone mmap rt_sigaction rt_sigreturn
#include "guest.h"
#include <ucontext.h>

enum { kRounds = 15 };

// What two processes share.
struct meeting {
  volatile uint64_t word[2] __attribute__((aligned(16)));
  volatile int ready, done;
};
static struct meeting *meeting;

#ifdef __aarch64__
#define LOAD_STORE(name, load, store, width)                                                     \
  static int name(void) {                                                                        \
    uint64_t value;                                                                              \
    int failed;                                                                                  \
    const int round = meeting->done + 1;                                                         \
    __asm__ volatile(load " %" width                                                             \
                          "1, [%2]\n\t"                                                          \
                          "str %w3, [%4]\n"                                                      \
                          "1:\tldr %w0, [%5]\n\t"                                                \
                          "cmp %w0, %w3\n\t"                                                     \
                          "b.ne 1b\n\t" store " %w0, %" width "1, [%2]"                          \
                     : "=&r"(failed), "=&r"(value)                                               \
                     : "r"(meeting->word), "r"(round), "r"(&meeting->ready), "r"(&meeting->done) \
                     : "memory", "cc");                                                          \
    return failed;                                                                               \
  }
#define LOAD_STORE_PAIR(name, load, store, width)                                                \
  static int name(void) {                                                                        \
    uint64_t low, high;                                                                          \
    int failed;                                                                                  \
    const int round = meeting->done + 1;                                                         \
    __asm__ volatile(load " %" width "1, %" width                                                \
                          "2, [%3]\n\t"                                                          \
                          "str %w4, [%5]\n"                                                      \
                          "1:\tldr %w0, [%6]\n\t"                                                \
                          "cmp %w0, %w4\n\t"                                                     \
                          "b.ne 1b\n\t" store " %w0, %" width "1, %" width "2, [%3]"             \
                     : "=&r"(failed), "=&r"(low), "=&r"(high)                                    \
                     : "r"(meeting->word), "r"(round), "r"(&meeting->ready), "r"(&meeting->done) \
                     : "memory", "cc");                                                          \
    return failed;                                                                               \
  }
LOAD_STORE(byte, "ldxrb", "stxrb", "w")
LOAD_STORE(half, "ldaxrh", "stlxrh", "w")
LOAD_STORE(word, "ldxr", "stxr", "w")
LOAD_STORE(dword, "ldaxr", "stlxr", "x")
LOAD_STORE_PAIR(word_pair, "ldxp", "stxp", "w")
LOAD_STORE_PAIR(dword_pair, "ldaxp", "stlxp", "x")

// Store-exclusive without, after, and long after a load-exclusive; the faults are stepped over.
static int store_alone(volatile uint64_t *at) {
  int failed;
  __asm__ volatile("clrex\n\tstxr %w0, xzr, [%1]" : "=&r"(failed) : "r"(at) : "memory");
  return failed;
}
static int store_after_clear(volatile uint64_t *at) {
  int failed;
  __asm__ volatile("ldxr x9, [%1]\n\tclrex\n\tstxr %w0, x9, [%1]"
                   : "=&r"(failed)
                   : "r"(at)
                   : "x9", "memory");
  return failed;
}
static int store_twice(volatile uint64_t *at) {
  int failed;
  __asm__ volatile("1:\tldxr x9, [%1]\n\tstxr %w0, x9, [%1]\n\tcbnz %w0, 1b\n\tstxr %w0, x9, [%1]"
                   : "=&r"(failed)
                   : "r"(at)
                   : "x9", "memory");
  return failed;
}
static int store_after_trap(volatile uint64_t *at) {
  int failed;
  __asm__ volatile("ldxr x9, [%1]\n\tbrk #0\n\tstxr %w0, x9, [%1]"
                   : "=&r"(failed)
                   : "r"(at)
                   : "x9", "memory");
  return failed;
}
static int store_after_bad_load(volatile uint64_t *at) {
  int failed;
  __asm__ volatile("ldxr x9, [%1]\n\tmov x10, xzr\n\tldr x10, [x10]\n\tstxr %w0, x9, [%1]"
                   : "=&r"(failed)
                   : "r"(at)
                   : "x9", "x10", "memory");
  return failed;
}
static void step_over(void *context) { ((ucontext_t *)context)->uc_mcontext.pc += 4; }
static void exclusive_in_handler(volatile uint64_t *at) {
  __asm__ volatile("ldxr x9, [%0]" : : "r"(at) : "x9", "memory");
}
#else
static int meet(void) {
  const int round = meeting->done + 1;
  meeting->ready = round;
  while (meeting->done != round) sched_yield();
  return 1;
}
static int byte(void) { return meet(); }
static int half(void) { return meet(); }
static int word(void) { return meet(); }
static int dword(void) { return meet(); }
static int word_pair(void) { return meet(); }
static int dword_pair(void) { return meet(); }
static int store_alone(volatile uint64_t *at) { return at != NULL; }
static int store_after_clear(volatile uint64_t *at) { return at != NULL; }
static int store_twice(volatile uint64_t *at) { return at != NULL; }
static int store_after_trap(volatile uint64_t *at) { return raise(SIGTRAP), at != NULL; }
static int store_after_bad_load(volatile uint64_t *at) { return raise(SIGSEGV), at != NULL; }
static void step_over(void *context) { (void)context; }
static void exclusive_in_handler(volatile uint64_t *at) { (void)at; }
#endif

static int way;

// Writes another value, then the old one, or reserves the word itself.
static void handler(int number, siginfo_t *info, void *context) {
  (void)number, (void)info;
  const uint64_t old = meeting->word[0];
  if (way == 1) meeting->word[0] = old + 1;
  if (way == 1) meeting->word[0] = old;
  if (way == 2) exclusive_in_handler(meeting->word);
  step_over(context);
}

static void other_process(void) {
  for (int round = 1; round <= 6 * kRounds; round++) {
    while (meeting->ready != round) sched_yield();
    for (int i = 0; i < 2; i++) {
      const uint64_t old = meeting->word[i];
      meeting->word[i] = old + 1;
      meeting->word[i] = old;
    }
    meeting->done = round;
  }
}

static void show_failures(const char *what, int (*store)(void)) {
  int failures = 0;
  for (int i = 0; i < kRounds; i++) failures += store();
  printf("%s: %d of %d fail\n", what, failures, kRounds);
}

int main(void) {
  meeting = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must((long)meeting);
  show(store_alone(meeting->word));
  show(store_after_clear(meeting->word));
  show(store_twice(meeting->word));
  install_info_handler(SIGTRAP, handler, 0);
  install_info_handler(SIGSEGV, handler, 0);
  for (way = 0; way < 3; way++) {
    show(store_after_trap(meeting->word));
    show(store_after_bad_load(meeting->word));
  }
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    other_process();
    _exit(0);
  }
  show_failures("8 bits", byte);
  show_failures("16 bits", half);
  show_failures("32 bits", word);
  show_failures("64 bits", dword);
  show_failures("2 * 32 bits", word_pair);
  show_failures("2 * 64 bits", dword_pair);
  print_status("other", wait_for(pid));
  return 0;
}
