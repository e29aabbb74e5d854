// futex(2): PI locks in memory that processes share, at addresses of their own. A thread that
// executes a program holds nothing any more; a first thread that has ended is nobody to wait for;
// a sleeper is moved to the lock where it has it, not where the caller does.
// covers: futex execve exit
#include "guest.h"
#include "thread.h"

enum { kLockPi = 6, kUnlockPi = 7, kTryLockPi = 8, kWaitRequeuePi = 11, kCmpRequeuePi = 12 };
enum { kTidMask = 0x3fffffff, kOwnerDied = 0x40000000 };
static const unsigned kWaiters = 0x80000000;

static atomic_uint *lock;
static int memory;

static void is_mine(const char *name, atomic_uint *word) {
  printf("%s: mine %s, owner died %s\n", name,
         (*word & kTidMask) == (unsigned)self_id() ? "yes" : "no",
         *word & kOwnerDied ? "yes" : "no");
}

static void *execute_with_lock(void *unused) {
  char *const arguments[] = {"program", "executed", NULL};
  must(futex(lock, kLockPi, 0, NULL, NULL, 0));
  while ((atomic_load(lock) & kWaiters) == 0) sched_yield();
  must(execv("/proc/self/exe", arguments));
  return unused;
}

static void holder_executes(void) {
  int gate[2];
  must(pipe(gate));
  must(dup2(gate[0], 100));
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    struct thread thread;
    must(close(gate[1]));
    start(&thread, execute_with_lock, NULL);
    for (;;) pause();
  }
  while (atomic_load(lock) == 0) sched_yield();
  // The program that was executed still runs: it reads from the pipe.
  show(futex(lock, kLockPi, 0, NULL, NULL, 0));
  is_mine("after exec", lock);
  show(waitpid(child, NULL, WNOHANG));
  must(close(gate[1]));
  print_status("child", wait_for(child));
  atomic_store(lock, 0);
}

static void *wait_for_the_ended(void *first) {
  const pid_t pid = (pid_t)(long)first;
  until_state(pid, pid, 'Z');
  atomic_store(lock, (unsigned)pid);
  show(futex(lock, kLockPi, 0, NULL, NULL, 0));
  show(futex(lock, kTryLockPi, 0, NULL, NULL, 0));
  expect(atomic_load(lock) == ((unsigned)pid | kWaiters));
  exit(0);
}

static void first_has_ended(void) {
  struct thread thread;
  start(&thread, wait_for_the_ended, (void *)(long)getpid());
  syscall(SYS_exit, 0);
}

static void *map_again(void) {
  void *const place = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
  must((long)place);
  return place;
}

static void sleep_elsewhere(void) {
  atomic_uint *const mine = map_again();
  must(munmap(lock, kPage));
  show(futex(&mine[1], kWaitRequeuePi, 0, NULL, &mine[2], 0));
  is_mine("moved", &mine[2]);
  show(futex(&mine[2], kUnlockPi, 0, NULL, NULL, 0));
}

static void moved_to_the_lock(bool is_free) {
  atomic_store(&lock[2], is_free ? 0 : (unsigned)self_id());
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    sleep_elsewhere();
    _exit(0);
  }
  until_state(child, child, 'S');
  // The sleeper prints as soon as it has the lock: what happened here is told afterwards.
  const long moved = futex(&lock[1], kCmpRequeuePi, 1, (void *)1L, &lock[2], 0);
  const long unlocked = is_free ? 0 : futex(&lock[2], kUnlockPi, 0, NULL, NULL, 0);
  print_status("sleeper", wait_for(child));
  printf("moved %ld, unlocked %ld\n", moved, unlocked);
}

int main(int argc, char **argv) {
  char byte;
  if (argc > 1) return argv[1][0] == 'e' && read(100, &byte, 1) == 0 ? 7 : 8;
  memory = (int)must(memfd_create("memory", MFD_CLOEXEC));
  must(ftruncate(memory, kPage));
  lock = map_again();
  holder_executes();
  print_status("first has ended", in_child(first_has_ended));
  atomic_store(lock, 0);
  moved_to_the_lock(false);
  moved_to_the_lock(true);
  return 0;
}
