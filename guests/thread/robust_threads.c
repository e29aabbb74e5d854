// Robust mutexes and set_robust_list(2) with threads: the lock of a thread that ended, or of a
// process that was killed, is EOWNERDEAD for the next, who makes it consistent or leaves it not
// recoverable; each thread has a list of its own.
// covers: set_robust_list get_robust_list futex exit
#include "guest.h"
#include "thread.h"
#include <stddef.h>

#ifndef EOWNERDEAD
#error "no EOWNERDEAD"
#endif

static const char *name_of(int error) {
  if (error == EOWNERDEAD) return "EOWNERDEAD";
  if (error == ENOTRECOVERABLE) return "ENOTRECOVERABLE";
  return errno_name(error);
}
#define told(call) printf("%s: %s\n", #call, name_of(call))

static void make(pthread_mutex_t *mutex, int kind, int shared, int protocol) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  must_be_0(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST));
  must_be_0(pthread_mutexattr_settype(&attributes, kind));
  must_be_0(pthread_mutexattr_setpshared(&attributes, shared));
  must_be_0(pthread_mutexattr_setprotocol(&attributes, protocol));
  must_be_0(pthread_mutex_init(mutex, &attributes));
  pthread_mutexattr_destroy(&attributes);
}

static void *lock_and_end(void *mutex) { return (void *)(long)pthread_mutex_lock(mutex); }

static pthread_mutex_t one, two;
static atomic_uint gate;

static void *wait_for_one(void *unused) {
  (void)unused;
  const int error = pthread_mutex_lock(&one);
  if (error == EOWNERDEAD) pthread_mutex_consistent(&one);
  pthread_mutex_unlock(&one);
  return (void *)(long)error;
}

static void *hold_until_gate(void *unused) {
  (void)unused;
  pthread_mutex_lock(&one);
  pass_gate(&gate);
  return NULL;
}

static pthread_mutex_t *shared;
static void *hold_shared_until_gate(void *unused) {
  (void)unused;
  pthread_mutex_lock(shared);
  pass_gate(&gate);
  return NULL;
}

static void *get_own(void *unused) {
  (void)unused;
  void *head = NULL;
  size_t size = 0;
  syscall(SYS_get_robust_list, 0, &head, &size);
  pass_gate(&gate);
  return head;
}

static void with_threads(int protocol) {
  struct thread thread, waiters[3];
  make(&one, PTHREAD_MUTEX_ERRORCHECK, PTHREAD_PROCESS_PRIVATE, protocol);
  make(&two, PTHREAD_MUTEX_NORMAL, PTHREAD_PROCESS_PRIVATE, protocol);
  start(&thread, lock_and_end, &one);
  expect(join(&thread) == NULL);
  told(pthread_mutex_trylock(&one));
  told(pthread_mutex_lock(&one));
  told(pthread_mutex_consistent(&one));
  told(pthread_mutex_consistent(&one));
  told(pthread_mutex_unlock(&one));
  told(pthread_mutex_lock(&one));
  told(pthread_mutex_unlock(&one));
  start(&thread, lock_and_end, &two);
  join(&thread);
  told(pthread_mutex_lock(&two));
  // Not made consistent: nobody can have it again.
  told(pthread_mutex_unlock(&two));
  told(pthread_mutex_lock(&two));
  told(pthread_mutex_trylock(&two));
  told(pthread_mutex_destroy(&two));
  // Waiting when the holder ends: one of them is told, the others get a good lock.
  atomic_store(&gate, 0);
  start(&thread, hold_until_gate, NULL);
  until_asleep(thread.tid);
  for (int i = 0; i < 3; ++i) start(&waiters[i], wait_for_one, NULL);
  for (int i = 0; i < 3; ++i) until_asleep(waiters[i].tid);
  open_gate(&gate);
  join(&thread);
  int dead = 0, good = 0;
  for (int i = 0; i < 3; ++i) {
    const int error = (int)(long)join(&waiters[i]);
    dead += error == EOWNERDEAD;
    good += error == 0;
  }
  printf("waiters: %d told, %d not\n", dead, good);
}

// The holder's process executes another program: by the holder, or over it.
static void executed(int protocol, bool by_holder) {
  make(shared, PTHREAD_MUTEX_NORMAL, PTHREAD_PROCESS_SHARED, protocol);
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    struct thread thread;
    if (by_holder) {
      pthread_mutex_lock(shared);
      start(&thread, get_own, NULL);
    } else {
      atomic_store(&gate, 0);
      start(&thread, hold_shared_until_gate, NULL);
      until_asleep(thread.tid);
    }
    execl("/proc/self/exe", "program", "exec", NULL);
    _exit(77);
  }
  print_status("executed", wait_for(child));
  told(pthread_mutex_lock(shared));
  told(pthread_mutex_consistent(shared));
  told(pthread_mutex_unlock(shared));
}

static void killed(int protocol) {
  make(shared, PTHREAD_MUTEX_NORMAL, PTHREAD_PROCESS_SHARED, protocol);
  int ready[2];
  must(pipe(ready));
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    struct thread thread;
    pthread_mutex_lock(shared);
    must(write(ready[1], "x", 1));
    start(&thread, wait_for_one, NULL);
    for (;;) pause();
  }
  char byte;
  must(read(ready[0], &byte, 1));
  told(pthread_mutex_trylock(shared));
  must(kill(child, SIGKILL));
  told(pthread_mutex_lock(shared));
  print_status("holder", wait_for(child));
  told(pthread_mutex_consistent(shared));
  told(pthread_mutex_unlock(shared));
  must(close(ready[0]));
  must(close(ready[1]));
}

static void lists(void) {
  struct thread thread;
  void *main_head, *head, *by_id;
  size_t size;
  atomic_store(&gate, 0);
  start(&thread, get_own, NULL);
  until_asleep(thread.tid);
  show(syscall(SYS_get_robust_list, 0, &main_head, &size));
  show(syscall(SYS_get_robust_list, thread.tid, &by_id, &size));
  show(size);
  show(syscall(SYS_get_robust_list, thread.tid, &by_id, 8L));
  show(syscall(SYS_get_robust_list, thread.tid, 8L, &size));
  open_gate(&gate);
  head = join(&thread);
  expect(head == by_id);
  while (syscall(SYS_tgkill, getpid(), thread.tid, 0) == 0) sched_yield();
  show(syscall(SYS_get_robust_list, thread.tid, &by_id, &size));
}

int main(int argc, char **argv) {
  (void)argv;
  if (argc > 1) return 13;
  shared = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must((long)shared);
  with_threads(PTHREAD_PRIO_NONE);
  killed(PTHREAD_PRIO_NONE);
  executed(PTHREAD_PRIO_NONE, true);
  executed(PTHREAD_PRIO_NONE, false);
  puts("priority inheritance");
  with_threads(PTHREAD_PRIO_INHERIT);
  killed(PTHREAD_PRIO_INHERIT);
  executed(PTHREAD_PRIO_INHERIT, false);
  lists();
  return 0;
}
