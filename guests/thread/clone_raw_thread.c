// clone(2) with CLONE_THREAD, without a libc: each id word is written where asked, CLEARTID wakes,
// SETTLS is the thread's alone, CLONE_FS and CLONE_FILES are shared or not independently of it,
// and no such thread is a child that could be waited for.
// covers: clone clone3 gettid futex exit wait4
#include "guest.h"
#include "thread.h"

static atomic_int parent_word, child_word;
static struct {
  long tid, pid, parent, parent_word, child_word, set_tid_address;
  void *thread_pointer;
} seen;

static void *thread_pointer(void) {
  void *pointer;
#if defined(__x86_64__)
  __asm__ volatile("mov %%fs:0, %0" : "=r"(pointer));
#else
  __asm__ volatile("mrs %0, tpidr_el0" : "=r"(pointer));
#endif
  return pointer;
}

static int look(void *unused) {
  (void)unused;
  seen.tid = raw(SYS_gettid);
  seen.pid = raw(SYS_getpid);
  seen.parent = raw(SYS_getppid);
  seen.parent_word = atomic_load(&parent_word);
  seen.child_word = atomic_load(&child_word);
  seen.thread_pointer = thread_pointer();
  return 0;
}

static void until_gone(long tid) {
  while (raw(SYS_tgkill, getpid(), tid, 0) == 0) sched_yield();
}

// Runs `body` in a thread of these flags and waits for its end.
static long run(unsigned long flags, void *tls, int (*body)(void *), void *argument) {
  atomic_store(&child_word, -1);
  const long tid =
      raw_clone(flags | CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_CHILD_CLEARTID, new_stack(),
                &parent_word, &child_word, (unsigned long)tls, body, argument);
  if (tid < 0) {
    printf("clone: %s\n", errno_name((int)-tid));
    exit(1);
  }
  until_cleared(&child_word);
  until_gone(tid);
  return tid;
}

static void ids(void) {
  long tid = run(kThreadFlags | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID, NULL, look, NULL);
  expect(tid != getpid() && seen.tid == tid);
  expect(seen.pid == getpid() && seen.parent == getppid());
  expect(seen.parent_word == tid && seen.child_word == tid && parent_word == tid);
  expect(seen.thread_pointer == thread_pointer());
  atomic_store(&parent_word, -5);
  tid = run(kThreadFlags, NULL, look, NULL);
  expect(parent_word == -5 && seen.child_word == -1 && seen.tid == tid);
  show(waitpid(-1, NULL, __WALL));
  show(waitpid((pid_t)tid, NULL, __WALL));
  // Only the low byte of the flags is a signal, and a thread has none.
  run(kThreadFlags | SIGUSR1, NULL, look, NULL);
  expect(seen.pid == getpid());
}

static void tls(void) {
  static void *block[64];
  block[0] = block;
  run(kThreadFlags | CLONE_SETTLS, block, look, NULL);
  expect(seen.thread_pointer == block);
  expect(thread_pointer() != (void *)block);
}

static int change(void *fd) {
  raw(SYS_chdir, "/dev");
  raw(SYS_umask, 077);
  raw(SYS_close, *(int *)fd);
  return 0;
}

static void share_or_copy(const char *name, unsigned long flags) {
  int fd = (int)must(open("/dev/null", O_RDONLY));
  must(chdir("/"));
  umask(022);
  run(flags, NULL, change, &fd);
  char directory[100];
  must(getcwd(directory, sizeof directory) == NULL ? -1 : 0);
  const bool open_still = fcntl(fd, F_GETFD) != -1;
  printf("%s: directory %s, umask %03o, descriptor %s\n", name, directory, (unsigned)umask(022),
         open_still ? "open" : "closed");
  if (open_still) must(close(fd));
}

static atomic_uint gate;
static int wait_at_gate(void *unused) {
  (void)unused;
  while (atomic_load(&gate) == 0) raw(SYS_futex, &gate, kFutexWait, 0, NULL);
  return 0;
}

// The end of a thread that has no word to clear is seen by its id alone.
static void many(void) {
  long tids[16];
  for (int i = 0; i < 16; ++i) {
    tids[i] = raw_clone(kThreadFlags, new_stack(), NULL, NULL, 0, wait_at_gate, NULL);
    must(tids[i] < 0 ? -1 : 0);
  }
  bool different = true;
  for (int i = 0; i < 16; ++i) {
    for (int j = 0; j < i; ++j) different &= tids[i] != tids[j];
  }
  expect(different);
  open_gate(&gate);
  for (int i = 0; i < 16; ++i) until_gone(tids[i]);
}

static void by_clone3(void) {
  struct {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
  } args = {.flags = kThreadFlags | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID |
                     CLONE_CHILD_CLEARTID | CLONE_SETTLS,
            .child_tid = (uintptr_t)&child_word,
            .parent_tid = (uintptr_t)&parent_word,
            .stack_size = 4 * kPage};
  static void *block[64];
  block[0] = block;
  args.tls = (uintptr_t)block;
  args.stack = (uintptr_t)new_stack() - args.stack_size;
  atomic_store(&child_word, -1);
  const long tid = raw_clone3(&args, sizeof args, look, NULL);
  expect(tid > 0);
  until_cleared(&child_word);
  expect(seen.tid == tid && seen.parent_word == tid && seen.child_word == tid);
  expect(seen.thread_pointer == block);
}

int main(void) {
  ids();
  tls();
  share_or_copy("neither", 0);
  share_or_copy("CLONE_FS", CLONE_FS);
  share_or_copy("CLONE_FILES", CLONE_FILES);
  share_or_copy("both", CLONE_FS | CLONE_FILES);
  many();
  by_clone3();
  return 0;
}
