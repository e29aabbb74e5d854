// futex(2): what makes two words one. Shared memory does wherever it is mapped and by whomever,
// unless FUTEX_PRIVATE_FLAG says to look at addresses alone; copies after fork are words of their
// own; clone with CLONE_VM keeps them; memory that goes away leaves the waiter findable.
// covers: futex clone mmap munmap memfd_create
#include "guest.h"
#include "thread.h"
#include <sys/mman.h>

static atomic_uint copied;
static void *word_of_thread;
static int flags_of_thread;

static void *wait_in_thread(void *unused) {
  (void)unused;
  return (void *)futex(word_of_thread, kFutexWait | flags_of_thread, 0, NULL, NULL, 0);
}

static void begin(struct thread *thread, void *word, int flags) {
  word_of_thread = word;
  flags_of_thread = flags;
  start(thread, wait_in_thread, NULL);
  until_asleep(thread->tid);
}

static long wake(void *word, int flags) {
  return futex(word, kFutexWake | flags, 9, NULL, NULL, 0);
}

static void two_mappings(void) {
  struct thread thread;
  const int fd = (int)must(syscall(SYS_memfd_create, "words", 0));
  must(ftruncate(fd, 2 * kPage));
  char *const one = mmap(NULL, 2 * kPage, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char *const two = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED, fd, kPage);
  char *const seen = mmap(NULL, kPage, PROT_READ, MAP_SHARED, fd, kPage);
  begin(&thread, one + kPage + 8, 0);
  show(wake(two + 8, kFutexPrivate));
  show(wake(one + kPage + 8, kFutexPrivate));
  show(wake(one + 8, 0));
  show(wake(two + 12, 0));
  show(wake(two + 8, 0));
  show((long)join(&thread));
  begin(&thread, one + 16, kFutexPrivate);
  show(wake(one + 16, 0));
  show(wake(one + 16, kFutexPrivate));
  show((long)join(&thread));
  // To wait, a word need not be writable.
  begin(&thread, seen + 4, 0);
  show(wake(two + 4, 0));
  show((long)join(&thread));
  show(futex(seen, kFutexWait, 1, NULL, NULL, 0));
  char *const read_only = mmap(NULL, kPage, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  show(futex(read_only, kFutexWait | kFutexPrivate, 1, NULL, NULL, 0));
  must(close(fd));
}

static int wait_in_child(atomic_uint *word, int flags) {
  return futex(word, kFutexWait | flags, 0, NULL, NULL, 0) == 0 ? 1 : 2;
}

static void across_fork(atomic_uint *shared) {
  pid_t child = (pid_t)must(fork());
  if (child == 0) _exit(wait_in_child(shared, 0));
  until_state(child, child, 'S');
  show(wake(shared, kFutexPrivate));
  show(wake(shared, 0));
  print_status("shared memory", wait_for(child));
  child = (pid_t)must(fork());
  if (child == 0) _exit(wait_in_child(shared, kFutexPrivate));
  until_state(child, child, 'S');
  show(wake(shared, kFutexPrivate));
  show(wake(shared, 0));
  must(kill(child, SIGKILL));
  print_status("private wait in shared memory", wait_for(child));
  child = (pid_t)must(fork());
  if (child == 0) _exit(wait_in_child(&copied, 0));
  until_state(child, child, 'S');
  show(wake(&copied, 0));
  must(kill(child, SIGKILL));
  print_status("copied memory", wait_for(child));
}

static int wait_raw(void *flags) {
  return (int)raw(SYS_futex, &copied, kFutexWait | (int)(long)flags, 0, NULL) == 0 ? 1 : 2;
}

static void across_clone(void) {
  for (int flags = 0; flags <= kFutexPrivate; flags += kFutexPrivate) {
    const pid_t child = (pid_t)raw_clone(CLONE_VM | SIGCHLD, new_stack(), NULL, NULL, 0, wait_raw,
                                         (void *)(long)flags);
    until_state(child, child, 'S');
    show(wake(&copied, flags ^ kFutexPrivate));
    show(wake(&copied, flags));
    print_status("same memory", wait_for(child));
  }
}

static void memory_goes(void) {
  struct thread thread;
  char *page = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  begin(&thread, page, kFutexPrivate);
  must(munmap(page, kPage));
  show(wake(page, kFutexPrivate));
  show(wake(page, 0));
  show((long)join(&thread));
  page = mmap(page, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  begin(&thread, page, 0);
  // Other contents, the same word.
  must(madvise(page, kPage, MADV_DONTNEED));
  show(wake(page, 0));
  show((long)join(&thread));
}

int main(void) {
  two_mappings();
  atomic_uint *const shared =
      mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  across_fork(shared);
  across_clone();
  memory_goes();
  return 0;
}
