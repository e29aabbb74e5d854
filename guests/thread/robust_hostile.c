// set_robust_list(2): lists that are longer than the kernel follows, loop, leave memory or name
// words out of reach end with the thread all the same; what comes before is done, what comes after
// is not; the pending lock is done last, and once.
// covers: set_robust_list futex exit
#include "guest.h"
#include "thread.h"
#include <stddef.h>

enum { kLimit = 2048, kOwnerDied = 0x40000000, kCount = kLimit + 10 };

struct lock {
  struct lock *next;
  uint32_t word, filler;
};
struct head {
  struct lock *next;
  long offset;
  struct lock *pending;
};

static struct lock locks[kCount];
static struct head head;
static atomic_int alive;

// Makes a chain of `count` locks that the calling thread holds.
static void chain(long count) {
  const uint32_t tid = (uint32_t)raw(SYS_gettid);
  for (long i = 0; i < count; ++i) {
    locks[i] = (struct lock){i + 1 < count ? &locks[i + 1] : (struct lock *)&head, tid, 0};
  }
  head = (struct head){&locks[0], offsetof(struct lock, word), NULL};
}

static int longer(void *unused) {
  (void)unused;
  chain(kCount);
  return (int)raw(SYS_set_robust_list, &head, sizeof head);
}
static int loop(void *unused) {
  (void)unused;
  chain(4);
  locks[3].next = &locks[1];
  return (int)raw(SYS_set_robust_list, &head, sizeof head);
}
static int own_loop(void *unused) {
  (void)unused;
  chain(1);
  locks[0].next = &locks[0];
  return (int)raw(SYS_set_robust_list, &head, sizeof head);
}
static int into_nothing(void *address) {
  chain(4);
  locks[2].next = address;
  head.pending = &locks[3];
  return (int)raw(SYS_set_robust_list, &head, sizeof head);
}
static int head_nowhere(void *address) {
  chain(3);
  return (int)raw(SYS_set_robust_list, address, sizeof head);
}
static int odd_offset(void *offset) {
  chain(3);
  head.offset = (long)offset;
  return (int)raw(SYS_set_robust_list, &head, sizeof head);
}
static int pending_only(void *address) {
  chain(2);
  head.next = (struct lock *)&head;
  head.pending = address;
  return (int)raw(SYS_set_robust_list, &head, sizeof head);
}
static int pending_in_list(void *unused) {
  (void)unused;
  chain(3);
  head.pending = &locks[1];
  return (int)raw(SYS_set_robust_list, &head, sizeof head);
}
static int of_others(void *unused) {
  (void)unused;
  chain(4);
  locks[0].word ^= 1;
  locks[1].word |= 0x80000000u;
  locks[2].word = 0;
  return (int)raw(SYS_set_robust_list, &head, sizeof head);
}
static int cut_short(void *unused) {
  (void)unused;
  chain(3);
  raw(SYS_set_robust_list, &head, sizeof head);
  return (int)raw(SYS_set_robust_list, NULL, sizeof head);
}

static void run(const char *what, int (*body)(void *), void *argument) {
  static void *stack;
  if (stack == NULL) stack = new_stack();
  memset(locks, 0, sizeof locks);
  atomic_store(&alive, -1);
  const long tid = raw_clone(kThreadFlags | CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID, stack, NULL,
                             &alive, 0, body, argument);
  must(tid < 0 ? -1 : 0);
  until_cleared(&alive);
  while (syscall(SYS_tgkill, getpid(), tid, 0) == 0) sched_yield();
  int died = 0, waiters = 0, first_alive = -1;
  for (int i = 0; i < kCount; ++i) {
    died += locks[i].word == kOwnerDied;
    waiters += locks[i].word == (kOwnerDied | 0x80000000u);
    if (first_alive < 0 && !(locks[i].word & kOwnerDied)) first_alive = i;
  }
  printf("%s: %d died, %d of them with waiters, first that did not %d\n", what, died + waiters,
         waiters, first_alive);
}

int main(void) {
  char *const nothing = mmap(NULL, kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *const read_only = mmap(NULL, kPage, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  run("longer than followed", longer, NULL);
  run("loop", loop, NULL);
  run("loop of one", own_loop, NULL);
  run("into nothing", into_nothing, nothing);
  run("into NULL", into_nothing, NULL);
  run("into the kernel", into_nothing, (void *)-4096L);
  run("into the end of memory", into_nothing, (void *)-8L);
  run("into what is no address", into_nothing, (void *)0x123456789abcdef0);
  run("into what cannot be written", into_nothing, read_only);
  run("head in nothing", head_nowhere, nothing);
  run("head in the kernel", head_nowhere, (void *)-4096L);
  run("head in the first page", head_nowhere, (void *)8L);
  run("misaligned head", head_nowhere, (char *)&head + 1);
  run("offset that is no word's", odd_offset, (void *)1L);
  run("offset far away", odd_offset, (void *)(1L << 62));
  run("offset of -1", odd_offset, (void *)-1L);
  run("pending only", pending_only, &locks[0]);
  run("pending in nothing", pending_only, nothing);
  run("pending in the kernel", pending_only, (void *)-4096L);
  run("pending in the list", pending_in_list, NULL);
  run("others' words", of_others, NULL);
  run("taken back", cut_short, NULL);
  return 0;
}
