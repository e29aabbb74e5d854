// futex(2), FUTEX_WAKE_OP: each operation, each comparison, arguments that are shifts or negative;
// those at the first word are woken in any case, those at the second where the old value compares.
// covers: futex
#include "guest.h"
#include "thread.h"

enum { kWakeOp = 5, kSet = 0, kAdd, kOr, kAndn, kXor, kShift = 8 };
enum { kEqual = 0, kDiffers, kLess, kLessEqual, kGreater, kGreaterEqual };

static atomic_uint first;
static atomic_int second;

static unsigned encoded(int op, int argument, int compare, int with) {
  return (unsigned)op << 28 | (unsigned)compare << 24 | ((unsigned)argument & 0xfff) << 12 |
         ((unsigned)with & 0xfff);
}

static long wake_op(int wake_first, long wake_second, unsigned code) {
  return syscall(SYS_futex, &first, kWakeOp, wake_first, wake_second, &second, code);
}

static void operations(void) {
  static const char *const kNames[] = {"set", "add", "or", "andn", "xor"};
  static const struct {
    int old, argument;
  } kCases[] = {{12, 10}, {0, -1}, {-1, 0x7ff}, {5, -2048}, {0x7fffffff, 1}};
  for (int op = kSet; op <= kXor; ++op) {
    for (int i = 0; i < 5; ++i) {
      atomic_store(&second, kCases[i].old);
      const long result = wake_op(1, 1, encoded(op, kCases[i].argument, kEqual, 0));
      printf("%s %d to %d: %ld, %d\n", kNames[op], kCases[i].argument, kCases[i].old, result,
             atomic_load(&second));
    }
    static const int kShifts[] = {0, 1, 12, 30, 31};
    for (int i = 0; i < 5; ++i) {
      atomic_store(&second, 0x1001);
      wake_op(1, 1, encoded(op | kShift, kShifts[i], kEqual, 0));
      printf("%s 1 << %d: %#x\n", kNames[op], kShifts[i], (unsigned)atomic_load(&second));
    }
  }
}

static void *wait_at(void *word) { return (void *)(long)(futex_wait(word, *(uint32_t *)word)); }

// Does the comparison of the old value wake the one at the second word?
static void compares(void) {
  static const char *const kNames[] = {"==", "!=", "<", "<=", ">", ">="};
  static const struct {
    int old, with;
  } kCases[] = {{3, 3}, {3, 4}, {-1, 0}, {0, -1}, {-2048, -2048}};
  for (int i = 0; i < 5; ++i) {
    for (int compare = kEqual; compare <= kGreaterEqual; ++compare) {
      atomic_store(&second, kCases[i].old);
      struct thread thread;
      start(&thread, wait_at, &second);
      until_asleep(thread.tid);
      const long woken = wake_op(1, 1, encoded(kAdd, 0, compare, kCases[i].with));
      printf("%d %s %d: %ld\n", kCases[i].old, kNames[compare], kCases[i].with, woken);
      if (woken == 0) futex_wake(&second, 1);
      join(&thread);
    }
  }
}

static void counts(void) {
  struct thread threads[6];
  atomic_store(&second, 0);
  for (int i = 0; i < 6; ++i) {
    start(&threads[i], wait_at, i < 3 ? (void *)&first : (void *)&second);
    until_asleep(threads[i].tid);
  }
  show(wake_op(2, 1, encoded(kSet, 5, kEqual, 1)));
  show(wake_op(0, 2, encoded(kSet, 6, kEqual, 5)));
  show(wake_op(5, 5, encoded(kSet, 0, kEqual, 6)));
  for (int i = 0; i < 6; ++i) join(&threads[i]);
}

static void errors(void) {
  atomic_store(&second, 9);
  show(wake_op(1, 1, encoded(5, 1, kEqual, 0)));
  show(wake_op(1, 1, encoded(7, 1, kEqual, 0)));
  show(wake_op(1, 1, encoded(kAdd, 1, 6, 0)));
  printf("word after an operation that is none: %d\n", atomic_load(&second) == 9 ? 9 : 10);
  show(syscall(SYS_futex, (char *)&first + 1, kWakeOp, 1, 1L, &second, 0));
  show(syscall(SYS_futex, &first, kWakeOp, 1, 1L, (char *)&second + 3, 0));
  show(syscall(SYS_futex, &first, kWakeOp, 1, 1L, 8L, 0));
  show(syscall(SYS_futex, &first, kWakeOp, 1, 1L, -4096L, 0));
  char *const read_only = mmap(NULL, kPage, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  show(syscall(SYS_futex, &first, kWakeOp | kFutexPrivate, 1, 1L, read_only, 0));
  show(syscall(SYS_futex, &second, kWakeOp, 1, 1L, &second, encoded(kSet, 1, kEqual, 0)));
  show(atomic_load(&second));
}

int main(void) {
  operations();
  compares();
  counts();
  errors();
  return 0;
}
