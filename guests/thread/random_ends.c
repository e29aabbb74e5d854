// Processes whose threads are in all kinds of calls when one of them, or the parent, ends it: by a
// signal, exit_group, exec, the end of each thread, in an order that a seed decides. What the
// parent is told is the one thing that may happen, descriptors are closed, and nothing is left.
// The argument is a seed; without one there are several.
// covers: exit_group exit execve kill tgkill futex wait4 clone
#include "guest.h"
#include "thread.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { kMost = 6, kActions = 12, kEnds = 7, kRounds = 8 };

static unsigned long long seed;
static unsigned chance(unsigned below) {
  seed = seed * 6364136223846793005ull + 1442695040888963407ull;
  return (unsigned)(seed >> 33) % below;
}

static int channel[2], sockets[2], life[2], ready[2];
static atomic_uint closed, word, begun;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static const struct timespec hour = {3600, 0};

static void *return_at_once(void *unused) { return unused; }

// Calls that are made again and again until the process ends.
static void busy(long action) {
  char byte, text[32];
  pthread_t thread;
  switch (action) {
    case 0: sched_yield(); break;
    case 1:
      munmap(mmap(NULL, 4 * kPage, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 4 * kPage);
      break;
    case 2: futex_wake(&word, 1); break;
    case 3:
      if (pthread_create(&thread, NULL, return_at_once, NULL) == 0) pthread_join(thread, NULL);
      break;
    case 4:
      pthread_mutex_lock(&mutex);
      sched_yield();
      pthread_mutex_unlock(&mutex);
      break;
    default: write(channel[1], text, 1); read(channel[0], &byte, 1);
  }
}

static void blocked(long action) {
  struct pollfd entry = {.fd = life[0], .events = POLLIN};
  struct epoll_event event;
  const sigset_t set = set_of(SIGUSR2);
  char byte;
  switch (action) {
    case 0: pass_gate(&closed); break;
    case 1: nanosleep(&hour, NULL); break;
    case 2: poll(&entry, 1, -1); break;
    case 3: recv(sockets[0], &byte, 1, 0); break;
    case 4: epoll_wait(epoll_create1(EPOLL_CLOEXEC), &event, 1, -1); break;
    default: sigwaitinfo(&set, NULL);
  }
}

static void *act(void *action) {
  atomic_fetch_add(&begun, 1);
  for (;;) {
    if ((long)action < 6) {
      busy((long)action);
    } else {
      blocked((long)action - 6);
    }
  }
  return NULL;
}

static void end(unsigned how, int target) {
  char *const arguments[] = {"program", "exec", "23", NULL};
  switch (how) {
    case 0: syscall(SYS_exit_group, 23); break;
    case 1: execv("/proc/self/exe", arguments); break;
    case 2: kill(getpid(), SIGTERM); break;
    case 3: syscall(SYS_tgkill, getpid(), target, SIGKILL); break;
    case 4: raise(SIGABRT); break;
    case 5: exit(23);
    default: break;
  }
}

static unsigned how;
static struct thread threads[kMost + 1];
static void *end_it(void *unused) {
  end(how, threads[0].tid);
  for (;;) pause();
  return unused;
}

static void in_the_child(unsigned count, const unsigned *actions, bool first_leaves,
                         bool by_first) {
  close(life[0]);
  for (unsigned i = 0; i < count; ++i) start(&threads[i], act, (void *)(long)actions[i]);
  while (atomic_load(&begun) < count) sched_yield();
  must(write(ready[1], "r", 1));
  if (!by_first) start(&threads[kMost], end_it, NULL);
  if (by_first) end(how, threads[0].tid);
  if (first_leaves) syscall(SYS_exit, 0);
  for (;;) pause();
}

static bool as_told(int status) {
  if (how == 2) return WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM;
  if (how == 3 || how == 6) return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  if (how == 4) return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
  return WIFEXITED(status) && WEXITSTATUS(status) == 23;
}

static bool round_is_good(void) {
  unsigned actions[kMost];
  const unsigned count = 1 + chance(kMost);
  char byte;
  how = chance(kEnds);
  for (unsigned i = 0; i < count; ++i) actions[i] = chance(kActions);
  const bool first_leaves = chance(3) == 0, by_first = how != 6 && chance(3) == 0;
  const unsigned yields = chance(8);
  must(pipe(life));
  must(pipe(ready));
  const pid_t child = (pid_t)must(fork());
  if (child == 0) in_the_child(count, actions, first_leaves, by_first);
  must(close(life[1]));
  must(close(ready[1]));
  must(read(ready[0], &byte, 1));
  for (unsigned i = 0; i < yields; ++i) sched_yield();
  if (how == 6) must(kill(child, SIGKILL));
  // The end of the file: nobody has it open any more.
  bool good = read(life[0], &byte, 1) == 0;
  const int status = wait_for(child);
  good &= as_told(status);
  if (!good) {
    printf("how %u, %u threads, first leaves %d, by first %d: ", how, count, first_leaves,
           by_first);
    print_status("told", status);
  }
  must(close(life[0]));
  must(close(ready[0]));
  return good;
}

static void run(unsigned long long from) {
  seed = from;
  int good = 0;
  for (int i = 0; i < kRounds; ++i) good += round_is_good();
  printf("%d of %d good\n", good, kRounds);
}

int main(int argc, char **argv) {
  if (argc > 2) return atoi(argv[2]);
  must(pipe2(channel, O_CLOEXEC | O_NONBLOCK));
  must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets));
  change_mask(SIG_BLOCK, SIGUSR2);
  if (argc > 1) {
    run(strtoull(argv[1], NULL, 10));
  } else {
    for (unsigned long long i = 1; i <= 3; ++i) run(i);
  }
  show(waitpid(-1, NULL, 0));
  return 0;
}
