// signal(7): SIGSTOP stops and SIGCONT continues every thread, whichever thread they name; a fatal
// signal for one ends them all, whatever they are blocked in, stopped or not; the parent is told
// once.
// covers: kill tgkill wait4 exit_group futex read nanosleep ppoll epoll_pwait rt_sigtimedwait
#include "guest.h"
#include "thread.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/socket.h>

enum { kThreads = 10 };
struct area {
  atomic_int tids[kThreads], count;
  atomic_long spins;
};
static struct area *area;
static int channel[2], sockets[2], life[2], lock_fd;
static atomic_uint closed;

static void *block(void *number) {
  char byte;
  atomic_store(&area->tids[(long)number], self_id());
  atomic_fetch_add(&area->count, 1);
  const sigset_t set = set_of(SIGUSR2);
  struct pollfd entry = {.fd = channel[0], .events = POLLIN};
  struct epoll_event event;
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  const struct timespec hour = {3600, 0};
  switch ((long)number) {
    case 0: read(channel[0], &byte, 1); break;
    case 1: pass_gate(&closed); break;
    case 2: nanosleep(&hour, NULL); break;
    case 3: poll(&entry, 1, -1); break;
    // These two are interrupted by being continued, as signal(7) lists.
    case 4:
      while (epoll_wait(epoll, &event, 1, -1) == -1) {
      }
      break;
    case 5:
      while (sigwaitinfo(&set, NULL) == -1) {
      }
      break;
    case 6: recv(sockets[0], &byte, 1, 0); break;
    case 7: flock(open("lock", O_RDONLY), LOCK_EX); break;
    case 8: pause(); break;
    default:
      for (;;) atomic_fetch_add(&area->spins, 1);
  }
  return NULL;
}

// A process of threads that are all blocked, but for one that spins.
static pid_t make(void) {
  memset(area, 0, sizeof *area);
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    struct thread threads[kThreads];
    close(life[0]);
    for (long i = 0; i < kThreads; ++i) start(&threads[i], block, (void *)i);
    for (int i = 0; i < kThreads; ++i) join(&threads[i]);
    _exit(1);
  }
  while (atomic_load(&area->count) < kThreads) sched_yield();
  for (int i = 0; i < kThreads - 1; ++i) until_state(child, area->tids[i], 'S');
  until_state(child, child, 'S');
  return child;
}

static bool all_in_state(pid_t child, char state) {
  bool all = thread_state(child, child) == state;
  for (int i = 0; i < kThreads; ++i) all &= thread_state(child, area->tids[i]) == state;
  return all;
}

static void until_all_in_state(pid_t child, char state) {
  while (!all_in_state(child, state)) sched_yield();
}

static void told(pid_t child, int options) {
  int status = -1;
  expect(waitpid(child, &status, options | WUNTRACED | WCONTINUED) == child);
  print_status("child", status);
}

static long send_to(pid_t child, pid_t target, int number) {
  return target == 0 ? kill(child, number) : syscall(SYS_tgkill, child, target, number);
}

// To one thread, or (0) to the process.
static void stop_and_continue(pid_t child, pid_t target) {
  show(send_to(child, target, SIGSTOP));
  told(child, 0);
  until_all_in_state(child, 'T');
  const long spins = atomic_load(&area->spins);
  for (int i = 0; i < 10; ++i) sched_yield();
  expect(atomic_load(&area->spins) == spins);
  show(waitpid(child, NULL, WUNTRACED | WNOHANG));
  show(send_to(child, target, SIGCONT));
  told(child, 0);
  while (atomic_load(&area->spins) == spins) sched_yield();
  for (int i = 0; i < kThreads - 1; ++i) until_state(child, area->tids[i], 'S');
}

// Every thread has gone once the descriptors are closed that all of them share.
static void until_closed(void) {
  char byte;
  must(close(life[1]));
  show(read(life[0], &byte, 1));
  must(close(life[0]));
  must(pipe(life));
}

int main(void) {
  area = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  enter_scratch();
  lock_fd = (int)must(open("lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  must(flock(lock_fd, LOCK_EX));
  must(pipe(channel));
  must(pipe(life));
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets));
  change_mask(SIG_BLOCK, SIGUSR2);
  pid_t child = make();
  stop_and_continue(child, 0);
  stop_and_continue(child, area->tids[2]);
  stop_and_continue(child, area->tids[kThreads - 1]);
  show(kill(child, SIGTERM));
  until_closed();
  told(child, 0);
  child = make();
  show(syscall(SYS_tgkill, child, area->tids[1], SIGTERM));
  until_closed();
  told(child, 0);
  child = make();
  show(syscall(SYS_tgkill, child, area->tids[kThreads - 1], SIGKILL));
  told(child, 0);
  child = make();
  show(kill(child, SIGSTOP));
  told(child, 0);
  until_all_in_state(child, 'T');
  // A fatal signal waits until it continues, SIGKILL does not.
  show(syscall(SYS_tgkill, child, area->tids[3], SIGTERM));
  expect(all_in_state(child, 'T'));
  show(kill(child, SIGKILL));
  told(child, 0);
  show(waitpid(child, NULL, 0));
  leave_scratch();
  return 0;
}
