// clone(2): stacks and thread pointers are not looked at, and so kill whoever uses them; id words
// out of reach are left alone without a word, the parent's like the child's.
// covers: clone clone3 set_tid_address exit
#include "guest.h"
#include "thread.h"

static atomic_int cleared, ran;
static char *read_only, *nothing;

static int note(void *unused) {
  (void)unused;
  atomic_fetch_add(&ran, 1);
  return 0;
}

static int push(void *depth) {
  volatile char frame[64];
  frame[0] = 1;
  atomic_fetch_add(&ran, frame[0]);
  (void)depth;
  return 0;
}

static void *hostile_stack;
static void run_on_stack(void) {
  raw_clone(kThreadFlags, hostile_stack, NULL, NULL, 0, push, NULL);
  // What the thread does ends this one too.
  for (;;) pause();
}
static void stack(const char *name, void *end) {
  hostile_stack = end;
  print_status(name, in_child(run_on_stack));
}

static void stacks(void) {
  char *const good = new_stack();
  stack("unmapped stack", nothing);
  stack("stack that ends in nothing", nothing + kPage / 2);
  stack("stack at the first page", (void *)16);
  stack("stack of the kernel's", (void *)-16L);
  stack("stack in the middle of nowhere", (void *)(1L << 46));
  stack("stack that cannot be written", read_only + kPage);
  // An odd one is a stack, once it is aligned.
  atomic_store(&ran, 0);
  atomic_store(&cleared, -1);
  const long tid =
      raw_clone(kThreadFlags | CLONE_CHILD_CLEARTID, good - 13, NULL, &cleared, 0, push, NULL);
  expect(tid > 0);
  until_cleared(&cleared);
  show(ran);
}

// A thread that clears `cleared` at its end, with these words.
static void words(const char *name, unsigned long flags, void *parent_word, void *child_word) {
  static char *end;
  if (end == NULL) end = new_stack();
  atomic_store(&ran, 0);
  const long tid = raw_clone(kThreadFlags | flags, end, parent_word, child_word, 0, note, NULL);
  if (tid < 0) {
    printf("%s: %s, ran %d\n", name, errno_name((int)-tid), ran);
    return;
  }
  while (raw(SYS_tgkill, getpid(), tid, 0) == 0) sched_yield();
  printf("%s: ran %d\n", name, ran);
}

static void id_words(void) {
  static const char *const kNames[] = {"nothing", "NULL", "kernel", "read-only", "odd"};
  static int odd[2];
  void *const places[] = {nothing, NULL, (void *)-4096L, read_only, (char *)odd + 1};
  for (int i = 0; i < 5; ++i) {
    printf("%s\n", kNames[i]);
    words("set the child's", CLONE_CHILD_SETTID, NULL, places[i]);
    words("clear", CLONE_CHILD_CLEARTID, NULL, places[i]);
    words("both", CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID, NULL, places[i]);
    words("set the parent's", CLONE_PARENT_SETTID, places[i], NULL);
  }
  show(*(int *)read_only);
}

static int set_address(void *address) {
  raw(SYS_set_tid_address, address);
  atomic_fetch_add(&ran, 1);
  return 0;
}

static void by_set_tid_address(void) {
  void *const places[] = {nothing, (void *)-8L, read_only, (void *)3, &cleared};
  char *const end = new_stack();
  for (int i = 0; i < 5; ++i) {
    atomic_store(&ran, 0);
    atomic_store(&cleared, 5);
    const long tid = raw_clone(kThreadFlags, end, NULL, NULL, 0, set_address, places[i]);
    while (raw(SYS_tgkill, getpid(), tid, 0) == 0) sched_yield();
    printf("address %d: ran %d, word %d\n", i, ran, cleared);
  }
}

// A thread pointer is the thread's own affair, as long as it does not use it.
static void thread_pointers(void) {
  unsigned long values[] = {0, 1, 0x1000, (unsigned long)nothing, (unsigned long)read_only + 3};
  char *const end = new_stack();
  for (int i = 0; i < 5; ++i) {
    atomic_store(&ran, 0);
    const long tid = raw_clone(kThreadFlags | CLONE_SETTLS, end, NULL, NULL, values[i], note, NULL);
    if (tid > 0) {
      while (raw(SYS_tgkill, getpid(), tid, 0) == 0) sched_yield();
    }
    printf("thread pointer %d: %s, ran %d\n", i, tid > 0 ? "made" : "refused", ran);
  }
}

static void bad_pointer_in_process(void) {
  struct {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
  } args = {.flags = CLONE_VM | CLONE_CHILD_CLEARTID | CLONE_PARENT_SETTID,
            .exit_signal = SIGCHLD,
            .child_tid = (uintptr_t)nothing,
            .parent_tid = (uintptr_t)read_only,
            .stack = (uintptr_t)new_stack() - kPage,
            .stack_size = kPage};
  atomic_store(&ran, 0);
  long pid = raw_clone3(&args, sizeof args, note, NULL);
  if (pid > 0) print_status("parent's word read-only", wait_for((pid_t)pid));
  if (pid < 0) printf("parent's word read-only: %s\n", errno_name((int)-pid));
  show(ran);
  args.stack = (uintptr_t)nothing;
  pid = raw_clone3(&args, sizeof args, push, NULL);
  print_status("process on a bad stack", wait_for((pid_t)pid));
}

int main(void) {
  nothing = mmap(NULL, 2 * kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  read_only = mmap(NULL, kPage, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  stacks();
  id_words();
  by_set_tid_address();
  thread_pointers();
  bad_pointer_in_process();
  return 0;
}
