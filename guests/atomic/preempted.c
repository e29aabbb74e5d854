// Atomic instructions keep their promise when they are preempted anywhere: four processes on shared
// memory count by each kind there is (Armv8.0's exclusive loads and stores, Armv8.1's atomics,
// pairs of 128 bits), hand a lock round, and push to and pop from one lock-free stack, whose pop
// is right only because a store-exclusive fails when others have popped and pushed the same node in
// between.
// covers: clone mmap sched_yield wait4
// kemu: --chaos=5
#include "guest.h"

enum { kProcesses = 4, kRounds = 400, kNodes = 6, kHeld = 2 };

struct node {
  uint32_t next;  // its number plus 1
  uint32_t owners;
};

static struct shared {
  uint64_t counters[16];
  __uint128_t pair __attribute__((aligned(16)));
  uint32_t lock, locked_count;
  uint64_t bits;
  uint64_t head;  // of the stack: a node's number plus 1; on x86-64 with a count above it
  uint32_t wrong;
  struct node nodes[kNodes];
} * shared;

#ifdef __aarch64__
enum { kCarries = 1 };
#define ARCH ".arch armv8.1-a\n\t"
#define EXCLUSIVE_ADD(name, type, load, store, width)   \
  static void name(void *at) {                          \
    type value;                                         \
    uint32_t failed;                                    \
    __asm__ volatile("1:\t" load " %" width             \
                     "0, [%2]\n\t"                      \
                     "add %" width "0, %" width         \
                     "0, #1\n\t"                        \
                     "b 2f\n2:\t" store " %w1, %" width \
                     "0, [%2]\n\t"                      \
                     "cbnz %w1, 1b"                     \
                     : "=&r"(value), "=&r"(failed)      \
                     : "r"(at)                          \
                     : "memory");                       \
  }
#define ATOMIC_ADD(name, type, add, width)                      \
  static void name(void *at) {                                  \
    type value = 1;                                             \
    __asm__ volatile(ARCH add " %" width "0, %" width "0, [%1]" \
                     : "+r"(value)                              \
                     : "r"(at)                                  \
                     : "memory");                               \
  }
#define COMPARE_ADD(name, type, cas, width)                       \
  static void name(void *at) {                                    \
    type old, seen = *(volatile type *)at;                        \
    do {                                                          \
      old = seen;                                                 \
      __asm__ volatile(ARCH cas " %" width "0, %" width "1, [%2]" \
                       : "+r"(seen)                               \
                       : "r"((type)(old + 1)), "r"(at)            \
                       : "memory");                               \
    } while (seen != old);                                        \
  }
EXCLUSIVE_ADD(exclusive8, uint32_t, "ldxrb", "stxrb", "w")
EXCLUSIVE_ADD(exclusive16, uint32_t, "ldaxrh", "stlxrh", "w")
EXCLUSIVE_ADD(exclusive32, uint32_t, "ldxr", "stxr", "w")
EXCLUSIVE_ADD(exclusive64, uint64_t, "ldaxr", "stlxr", "x")
ATOMIC_ADD(atomic8, uint32_t, "ldaddb", "w")
ATOMIC_ADD(atomic16, uint32_t, "ldaddalh", "w")
ATOMIC_ADD(atomic32, uint32_t, "ldadda", "w")
ATOMIC_ADD(atomic64, uint64_t, "ldaddl", "x")
COMPARE_ADD(compare8, uint8_t, "casb", "w")
COMPARE_ADD(compare16, uint16_t, "casalh", "w")
COMPARE_ADD(compare32, uint32_t, "casa", "w")
COMPARE_ADD(compare64, uint64_t, "casal", "x")

static void pair_exclusive(void) {
  uint64_t low, high;
  uint32_t failed;
  __asm__ volatile(
      "1:\tldaxp %0, %1, [%3]\n\t"
      "adds %0, %0, #1\n\tadc %1, %1, xzr\n\t"
      "b 2f\n2:\tstlxp %w2, %0, %1, [%3]\n\tcbnz %w2, 1b"
      : "=&r"(low), "=&r"(high), "=&r"(failed)
      : "r"(&shared->pair)
      : "memory", "cc");
}
static void pair_compare(void) {
  for (;;) {
    const volatile uint64_t *const at = (const volatile uint64_t *)&shared->pair;
    const uint64_t old_low = at[0], old_high = at[1];
    const __uint128_t old = (__uint128_t)old_high << 64 | old_low, new = old + 1;
    register uint64_t low __asm__("x0") = old_low;
    register uint64_t high __asm__("x1") = old_high;
    register uint64_t new_low __asm__("x2") = (uint64_t) new;
    register uint64_t new_high __asm__("x3") = (uint64_t)(new >> 64);
    __asm__ volatile(ARCH "caspal x0, x1, x2, x3, [%4]"
                     : "+r"(low), "+r"(high)
                     : "r"(new_low), "r"(new_high), "r"(at)
                     : "memory");
    if (low == old_low && high == old_high) return;
  }
}
static uint32_t swap(uint32_t *at, uint32_t value) {
  __asm__ volatile(ARCH "swpal %w0, %w0, [%1]" : "+r"(value) : "r"(at) : "memory");
  return value;
}
static uint64_t set_and_clear_bit(uint64_t *at, uint64_t bit) {
  uint64_t before, between, after;
  __asm__ volatile(
      ARCH
      "ldset %3, %0, [%4]\n\tb 1f\n1:\tldclr %3, %1, [%4]\n\tb 2f\n2:\tldeor %3, %2, [%4]\n\t"
      "ldeor %3, %2, [%4]"
      : "=&r"(before), "=&r"(between), "=&r"(after)
      : "r"(bit), "r"(at)
      : "memory");
  return !(before & bit) && (between & bit) && (after & bit);
}
static void push(uint32_t number) {
  uint64_t head;
  uint32_t failed;
  __asm__ volatile("1:\tldxr %0, [%3]\n\tstr %w0, [%4]\n\tstlxr %w1, %2, [%3]\n\tcbnz %w1, 1b"
                   : "=&r"(head), "=&r"(failed)
                   : "r"((uint64_t)number + 1), "r"(&shared->head), "r"(&shared->nodes[number].next)
                   : "memory");
}
// The node's number, or -1 when there is none.
static int pop(void) {
  uint64_t head, next;
  uint32_t failed = 0;
  __asm__ volatile(
      "1:\tldaxr %0, [%3]\n\t"
      "cbz %0, 2f\n\t"
      "add %1, %4, %0, lsl #3\n\t"
      "ldr %w1, [%1, #-8]\n\t"
      "stxr %w2, %1, [%3]\n\t"
      "cbnz %w2, 1b\n2:"
      : "=&r"(head), "=&r"(next), "+&r"(failed)
      : "r"(&shared->head), "r"(shared->nodes)
      : "memory");
  return (int)head - 1;
}
#else
enum { kCarries = 0 };
#define ADD(name, type) \
  static void name(void *at) { __atomic_fetch_add((type *)at, 1, __ATOMIC_SEQ_CST); }
ADD(exclusive8, uint8_t)
ADD(exclusive16, uint16_t)
ADD(exclusive32, uint32_t)
ADD(exclusive64, uint64_t)
ADD(atomic8, uint8_t)
ADD(atomic16, uint16_t)
ADD(atomic32, uint32_t)
ADD(atomic64, uint64_t)
ADD(compare8, uint8_t)
ADD(compare16, uint16_t)
ADD(compare32, uint32_t)
ADD(compare64, uint64_t)

static void pair_exclusive(void) {
  __atomic_fetch_add((uint64_t *)&shared->pair, 1, __ATOMIC_SEQ_CST);
}
static void pair_compare(void) { pair_exclusive(); }
static uint32_t swap(uint32_t *at, uint32_t value) {
  return __atomic_exchange_n(at, value, __ATOMIC_SEQ_CST);
}
static uint64_t set_and_clear_bit(uint64_t *at, uint64_t bit) {
  return !(__atomic_fetch_or(at, bit, __ATOMIC_SEQ_CST) & bit) &&
         (__atomic_fetch_and(at, ~bit, __ATOMIC_SEQ_CST) & bit);
}
static uint64_t with_count(uint64_t head, uint64_t number) {
  return ((head >> 32) + 1) << 32 | number;
}
static void push(uint32_t number) {
  uint64_t head = shared->head;
  do shared->nodes[number].next = (uint32_t)head;
  while (!__atomic_compare_exchange_n(&shared->head, &head, with_count(head, number + 1), false,
                                      __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
}
static int pop(void) {
  uint64_t head = shared->head;
  while ((uint32_t)head != 0) {
    const uint32_t next = *(volatile uint32_t *)&shared->nodes[(uint32_t)head - 1].next;
    if (__atomic_compare_exchange_n(&shared->head, &head, with_count(head, next), false,
                                    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
      return (int)(uint32_t)head - 1;
  }
  return -1;
}
#endif

static void (*const kCounting[])(void *) = {
    exclusive8, exclusive16, exclusive32, exclusive64, atomic8,   atomic16,
    atomic32,   atomic64,    compare8,    compare16,   compare32, compare64,
};
enum { kCountings = sizeof kCounting / sizeof kCounting[0] };

static void count_in_lock(void) {
  while (swap(&shared->lock, 1) != 0) sched_yield();
  const uint32_t count = *(volatile uint32_t *)&shared->locked_count;
  *(volatile uint32_t *)&shared->locked_count = count + 1;
  swap(&shared->lock, 0);
}

// Takes nodes, which are its own until it gives them back in another order.
static void use_stack(void) {
  int held[kHeld];
  for (int i = 0; i < kHeld; i++) {
    held[i] = pop();
    if (held[i] < 0) continue;
    if (__atomic_fetch_add(&shared->nodes[held[i]].owners, 1, __ATOMIC_SEQ_CST) != 0)
      __atomic_fetch_add(&shared->wrong, 1, __ATOMIC_SEQ_CST);
  }
  for (int i = 0; i < kHeld; i++) {
    if (held[i] < 0) continue;
    __atomic_fetch_sub(&shared->nodes[held[i]].owners, 1, __ATOMIC_SEQ_CST);
    push((uint32_t)held[i]);
  }
}

static void work(int process) {
  int bits = 0;
  for (int i = 0; i < kRounds; i++) {
    for (int way = 0; way < kCountings; way++) kCounting[way](&shared->counters[way]);
    if (i % 2)
      pair_exclusive();
    else
      pair_compare();
    bits += set_and_clear_bit(&shared->bits, 1u << process) != 0;
    count_in_lock();
    for (int again = 0; again < 4; again++) use_stack();
  }
  _exit(bits == kRounds ? 0 : 1);
}

int main(void) {
  shared = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must((long)shared);
  // On AArch64 it is carried into the upper half.
  const __uint128_t start = kCarries ? ~(uint64_t)0 - kRounds : 0;
  shared->pair = start;
  for (uint32_t i = 0; i < kNodes; i++) push(i);
  pid_t pids[kProcesses];
  for (int i = 0; i < kProcesses; i++) {
    pids[i] = (pid_t)must(fork());
    if (pids[i] == 0) work(i);
  }
  for (int i = 0; i < kProcesses; i++) print_status("worker", wait_for(pids[i]));
  static const int kBits[] = {8, 16, 32, 64};
  for (int way = 0; way < kCountings; way++) {
    const uint64_t all = kProcesses * kRounds;
    const int bits = kBits[way % 4];
    const uint64_t expected = bits == 8 ? all & 255 : all;
    printf("way %d, %d bits: %s\n", way, bits,
           shared->counters[way] == expected ? "exact" : "lost");
  }
  printf("128 bits: %s\n", shared->pair == start + kProcesses * kRounds ? "exact" : "lost");
  show(shared->locked_count);
  show(shared->bits);
  int nodes = 0;
  while (pop() >= 0) nodes++;
  printf("%d nodes left, %u taken twice\n", nodes, shared->wrong);
  return 0;
}
