// set_robust_list(2): a futex word in shared memory whose holder ends, or executes, is marked
// FUTEX_OWNER_DIED, and who waits for it is woken; words of others stay as they are.
// covers: set_robust_list get_robust_list futex
#include "guest.h"
#include <stddef.h>

enum { kWaiters = (int)0x80000000, kOwnerDied = 0x40000000, kWait = 0 };

struct lock {
  struct lock *next;
  uint32_t word;
};
struct head {
  struct lock *next;
  long offset;
  struct lock *pending;
};

static struct {
  struct lock held, other, pending, woken;
  uint32_t ready;
} * shared;

static void hold(struct head *head) {
  const uint32_t tid = (uint32_t)syscall(SYS_gettid);
  shared->held.word = tid;
  shared->other.word = 1;
  shared->pending.word = tid;
  shared->held.next = &shared->other;
  shared->other.next = &shared->woken;
  shared->woken.next = (struct lock *)head;
  *head = (struct head){&shared->held, offsetof(struct lock, word), &shared->pending};
  must(syscall(SYS_set_robust_list, head, sizeof *head));
}

static void print(const char *when) {
  printf("%s: held %#x other %#x pending %#x\n", when, shared->held.word, shared->other.word,
         shared->pending.word);
}

int main(int argc, char **argv) {
  if (argc > 1) return 0;
  shared = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must((long)shared);
  static struct head head;
  pid_t child = (pid_t)must(fork());
  if (child == 0) {
    hold(&head);
    _exit(0);
  }
  print_status("child", wait_for(child));
  print("exit");
  child = (pid_t)must(fork());
  if (child == 0) {
    hold(&head);
    raise(SIGKILL);
  }
  print_status("child", wait_for(child));
  print("killed");
  child = (pid_t)must(fork());
  if (child == 0) {
    hold(&head);
    execl("/proc/self/exe", argv[0], "end", NULL);
    _exit(77);
  }
  print_status("child", wait_for(child));
  print("exec");

  int gate[2], ready[2];
  must(pipe(gate));
  must(pipe(ready));
  child = (pid_t)must(fork());
  if (child == 0) {
    must(close(gate[1]));
    hold(&head);
    shared->woken.word = (uint32_t)syscall(SYS_gettid) | (uint32_t)kWaiters;
    must(write(ready[1], "x", 1));
    char byte;
    if (read(gate[0], &byte, 1) != 0) _exit(1);
    _exit(0);
  }
  char byte;
  must(read(ready[0], &byte, 1));
  const uint32_t seen = shared->woken.word;
  must(close(gate[1]));
  while (shared->woken.word == seen) {
    const long slept = syscall(SYS_futex, &shared->woken.word, kWait, seen, NULL, NULL, 0);
    if (slept == -1 && errno != EAGAIN && errno != EINTR) show(slept);
  }
  printf("woken: %#x\n", shared->woken.word);
  print_status("child", wait_for(child));
  struct head *told_head;
  size_t size;
  show(syscall(SYS_get_robust_list, 0x3fffffff, &told_head, &size));
  return 0;
}
