// Threads are killed, executed over, and made to exit by a signal's handler, wherever they are in
// calls of every kind; a seed decides in which, how, and when, and whether the process is stopped
// and continued before. Whatever comes: the parent is told the one end there is, descriptors are
// closed, locks are free, the next program is alone in its process.
// The argument is a seed; without one there are several.
// covers: exit exit_group execve tgkill kill clone futex futex_waitv wait4 openat flock fcntl
#include "guest.h"
#include "thread.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>

enum { kMost = 6, kRounds = 6, kStack = 8 * kPage, kAll = kMost + 1 };
enum { kCommandLockPi = 6, kCommandWaitBitset = 9, kCommandWaitRequeuePi = 11 };
static const uint64_t kSigUsr2Bit = UINT64_C(1) << (SIGUSR2 - 1);
static const struct timespec hour = {3600, 0};

static unsigned long long seed;
static unsigned chance(unsigned below) {
  seed = seed * 6364136223846793005ull + 1442695040888963407ull;
  return (unsigned)(seed >> 33) % below;
}

// What a process and its parent share.
struct area {
  atomic_uint lock;  // FUTEX_LOCK_PI's, which a thread of the child holds
  atomic_uint locked, begun;
};
static struct area *area;
static atomic_uint word, held_lock, wanted_lock;
static int empty_pipe[2], full_pipe[2], idle[2], full_sockets[2], listener, epoll, watches, signals,
    counter, timer, locked_file, other_file;
static int life[2], gone[2], ready[2];
static struct sockaddr_un address;

struct raw_thread {
  _Alignas(16) char stack[kStack];
  _Alignas(16) char inner_stack[kStack];
  atomic_int tid, inner_tid;
  long action;
};
static struct raw_thread threads[kAll];

// The child of a vfork: until the process of its parent has ended, or another program runs there.
static int wait_until_gone(void *unused) {
  char byte;
  raw(SYS_close, gone[1]);
  raw(SYS_close, life[1]);
  raw(SYS_close, ready[1]);
  raw(SYS_read, gone[0], &byte, 1);
  (void)unused;
  return 0;
}

static int return_at_once(void *unused) {
  (void)unused;
  return 23;
}

static void wait_in_futex(unsigned which) {
  struct {
    uint64_t value, address;
    uint32_t flags, reserved;
  } two[2] = {{0, (uintptr_t)&word, 2, 0}, {0, (uintptr_t)&wanted_lock, 2, 0}};
  switch (which) {
    case 0: raw(SYS_futex, &word, kFutexWait, 0); break;
    case 1: raw(SYS_futex, &word, kCommandWaitBitset | kFutexPrivate, 0, NULL, NULL, 5); break;
    case 2: raw(449, two, 2, 0, NULL, CLOCK_MONOTONIC); break;
    case 3: raw(SYS_futex, &held_lock, kCommandLockPi | kFutexPrivate, 0, &hour); break;
    default: raw(SYS_futex, &word, kCommandWaitRequeuePi, 0, NULL, &wanted_lock);
  }
}

static void wait_for_time(unsigned which) {
  struct timespec late;
  switch (which) {
    case 0: raw(SYS_nanosleep, &hour, NULL); break;
    case 1:
      raw(SYS_clock_gettime, CLOCK_MONOTONIC, &late);
      late.tv_sec += 3600;
      raw(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &late, NULL);
      break;
    default: raw(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, &hour, NULL);
  }
}

static void wait_for_any(unsigned which) {
  struct pollfd entries[2] = {{.fd = empty_pipe[0], .events = POLLIN},
                              {.fd = full_sockets[0], .events = POLLOUT}};
  struct epoll_event event;
  fd_set set;
  switch (which) {
    case 0: raw(SYS_ppoll, entries, 2, NULL, NULL, 8); break;
    case 1:
      FD_ZERO(&set);
      FD_SET(empty_pipe[0], &set);
      raw(SYS_pselect6, empty_pipe[0] + 1, &set, NULL, NULL, NULL, NULL);
      break;
    case 2: raw(SYS_epoll_pwait, epoll, &event, 1, -1, NULL, 8); break;
    default: raw(SYS_ppoll, NULL, 0, NULL, NULL, 8);
  }
}

static void wait_for_bytes(unsigned which) {
  static char text[kPage];
  struct iovec part = {text, sizeof text};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  switch (which) {
    case 0: raw(SYS_read, empty_pipe[0], text, 1); break;
    case 1: raw(SYS_write, full_pipe[1], text, sizeof text); break;
    case 2: raw(SYS_recvfrom, idle[0], text, 1, 0, NULL, NULL); break;
    case 3: raw(SYS_sendto, full_sockets[0], text, sizeof text, MSG_NOSIGNAL, NULL, 0); break;
    case 4: raw(SYS_recvmsg, idle[1], &message, 0); break;
    case 5: raw(SYS_accept4, listener, NULL, NULL, 0); break;
    case 6: raw(SYS_splice, empty_pipe[0], NULL, full_pipe[1], NULL, 1, 0); break;
    case 7: raw(SYS_vmsplice, full_pipe[1], &part, 1, 0); break;
    case 8: raw(SYS_readv, watches, &part, 1); break;
    case 9: raw(SYS_read, signals, text, 128); break;
    case 10: raw(SYS_read, counter, text, 8); break;
    default: raw(SYS_read, timer, text, 8);
  }
}

static void wait_for_others(unsigned which, struct raw_thread *self) {
  struct flock record = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  const uint64_t none = 0;
  long fd;
  switch (which) {
    case 0: raw(SYS_flock, other_file, LOCK_EX); break;
    case 1: raw(SYS_fcntl, other_file, F_SETLKW, &record); break;
    case 2: raw(SYS_fcntl, other_file, F_OFD_SETLKW, &record); break;
    case 3:
    case 4:
      fd = raw(SYS_openat, AT_FDCWD, "fifo", (which == 3 ? O_RDONLY : O_WRONLY) | O_CLOEXEC);
      if (fd >= 0) raw(SYS_close, fd);
      break;
    case 5: raw(SYS_wait4, -1, NULL, __WALL, NULL); break;
    case 6: raw(SYS_rt_sigtimedwait, &kSigUsr2Bit, NULL, NULL, 8); break;
    case 7: raw(SYS_rt_sigsuspend, &none, 8); break;
    default:
      raw_clone(CLONE_VM | CLONE_VFORK, self->inner_stack + kStack, NULL, NULL, 0, wait_until_gone,
                NULL);
  }
}

// Calls that do not block, or not for long.
static void keep_busy(unsigned which, struct raw_thread *self) {
  char text[256];
  char *const arguments[] = {text, NULL};
  long got;
  switch (which) {
    case 0: raw(SYS_sched_yield); break;
    case 1:
      got = raw(SYS_mmap, NULL, 4 * kPage, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      raw(SYS_munmap, got, 4 * kPage);
      break;
    case 2: raw(SYS_futex, &word, kFutexWake, 1); break;
    case 3:
      atomic_store(&self->inner_tid, 1);
      raw_clone(kThreadFlags | CLONE_CHILD_CLEARTID, self->inner_stack + kStack, NULL,
                &self->inner_tid, 0, return_at_once, NULL);
      until_cleared(&self->inner_tid);
      break;
    case 4:
      raw_clone(SIGCHLD, NULL, NULL, NULL, 0, return_at_once, NULL);
      raw(SYS_wait4, -1, NULL, WNOHANG, NULL);
      break;
    case 5: raw(SYS_execve, "nowhere", arguments, arguments); break;
    case 6:
      got = raw(SYS_openat, AT_FDCWD, "/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      raw(SYS_getdents64, got, text, sizeof text);
      raw(SYS_close, got);
      break;
    case 7:
      got = raw(SYS_fcntl, empty_pipe[0], F_DUPFD_CLOEXEC, 0);
      raw(SYS_close, got);
      break;
    case 8: raw(SYS_tgkill, raw(SYS_getpid), raw(SYS_gettid), 0); break;
    default:
      got = raw(SYS_openat, AT_FDCWD, "/proc/self/status", O_RDONLY | O_CLOEXEC);
      raw(SYS_read, got, text, sizeof text);
      raw(SYS_close, got);
  }
}

enum { kFutexes = 5, kTimes = 3, kAnys = 4, kBytes = 12, kOthers = 9, kBusy = 10 };
enum { kActions = kFutexes + kTimes + kAnys + kBytes + kOthers + kBusy };

static void act_once(struct raw_thread *self) {
  unsigned which = (unsigned)self->action;
  if (which < kFutexes) return wait_in_futex(which);
  which -= kFutexes;
  if (which < kTimes) return wait_for_time(which);
  which -= kTimes;
  if (which < kAnys) return wait_for_any(which);
  which -= kAnys;
  if (which < kBytes) return wait_for_bytes(which);
  which -= kBytes;
  if (which < kOthers) return wait_for_others(which, self);
  keep_busy(which - kOthers, self);
}

static int act(void *self) {
  atomic_fetch_add(&area->begun, 1);
  for (;;) act_once(self);
  return 0;
}

// How a process ends, and by whom.
enum way {
  kLeave,           // exit_group, by a thread
  kLeaveByFirst,    // by the first thread
  kExecute,         // by a thread
  kExecuteByFirst,  //
  kExecuteByBoth,   // whoever comes first
  kExecuteInCall,   // a handler that interrupts a call executes
  kTerminate,       // SIGTERM for the process
  kKillOne,         // SIGKILL for a thread
  kFault,           // SIGSEGV in a thread
  kEachLeaves,      // in handlers that interrupt their calls; the first thread executes
  kFirstLeaves,     // the first thread ends, then each of the others in a handler
  kWays,
};
static enum way way;
static unsigned thread_count, victim, pause_before;

static void execute(void) {
  char *const arguments[] = {"program", "alone", "23", NULL};
  char *const environment[] = {NULL};
  raw(SYS_execve, "/proc/self/exe", arguments, environment);
  raw(SYS_exit_group, 99);
}

static void end_in_handler(int number) {
  if (number == SIGUSR1 && way == kExecuteInCall) execute();
  raw(SYS_exit, 23);
}

static int end_it(void *unused) {
  const int pid = (int)raw(SYS_getpid);
  raw(SYS_futex, &area->lock, kCommandLockPi, 0, NULL);
  atomic_store(&area->locked, 1);
  futex_wake(&area->locked, 1);
  for (unsigned i = 0; i < pause_before; ++i) raw(SYS_sched_yield);
  switch (way) {
    case kLeave: raw(SYS_exit_group, 23); break;
    case kExecute:
    case kExecuteByBoth: execute(); break;
    case kExecuteInCall:
      raw(SYS_close, gone[1]);  // vfork's parents go on
      raw(SYS_tgkill, pid, atomic_load(&threads[victim].tid), SIGUSR1);
      break;
    case kTerminate: raw(SYS_kill, pid, SIGTERM); break;
    case kKillOne: raw(SYS_tgkill, pid, atomic_load(&threads[victim].tid), SIGKILL); break;
    case kFault: *(volatile char *)16 = 1; break;
    case kFirstLeaves:
      raw(SYS_close, gone[1]);
      for (unsigned i = 0; i < thread_count; ++i) {
        raw(SYS_tgkill, pid, atomic_load(&threads[i].tid), SIGUSR1);
        until_cleared(&threads[i].tid);
      }
      raw(SYS_exit, 23);  // as everybody: newer kernels tell what the last one says
      break;
    default: break;
  }
  for (;;) raw(SYS_ppoll, NULL, 0, NULL, NULL, 8);
  (void)unused;
  return 0;
}

static void begin(struct raw_thread *thread, int (*body)(void *)) {
  const unsigned long flags = kThreadFlags | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
  if (raw_clone(flags, thread->stack + kStack, &thread->tid, &thread->tid, 0, body, thread) < 0)
    _exit(98);
}

// The first thread's part, once the others are on their way.
static void end_as_first(void) {
  for (unsigned i = 0; i < pause_before; ++i) sched_yield();
  switch (way) {
    case kLeaveByFirst: raw(SYS_exit_group, 23); break;
    case kExecuteByFirst:
    case kExecuteByBoth: execute(); break;
    case kEachLeaves:
      close(gone[1]);
      for (unsigned i = 0; i < thread_count; ++i) {
        raw(SYS_tgkill, getpid(), atomic_load(&threads[i].tid), SIGUSR1);
        until_cleared(&threads[i].tid);
      }
      execute();
      break;
    case kFirstLeaves: raw(SYS_exit, 23); break;
    default: break;
  }
  for (;;) pause();
}

static void in_the_child(void) {
  close(life[0]);
  close(ready[0]);
  install_handler(SIGUSR1, end_in_handler, 0);
  // One to wait for, which ends when this process is gone.
  if (must(fork()) == 0) _exit(wait_until_gone(NULL));
  atomic_store(&held_lock, (unsigned)getpid());
  must(flock(locked_file, LOCK_EX));
  struct flock record = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10};
  must(fcntl(locked_file, F_SETLK, &record));
  for (unsigned i = 0; i < thread_count; ++i) begin(&threads[i], act);
  while (atomic_load(&area->begun) < thread_count) sched_yield();
  begin(&threads[kMost], end_it);
  while (atomic_load(&area->locked) == 0) futex_wait(&area->locked, 0);
  must(write(ready[1], "r", 1));
  close(ready[1]);
  end_as_first();
}

static bool as_told(int status) {
  if (way == kTerminate) return WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM;
  if (way == kKillOne) return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  if (way == kFault) return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
  return WIFEXITED(status) && WEXITSTATUS(status) == 23;
}

// It may have died before anybody waited, when its number is all that is left.
static bool lock_is_free(void) {
  long error;
  do {
    error = raw(SYS_futex, &area->lock, kCommandLockPi, 0, NULL);
  } while (error == -EAGAIN || error == -EINTR);
  return error == -ESRCH ||
         (error == 0 && (atomic_load(&area->lock) & 0x3fffffff) == (unsigned)self_id());
}

static bool files_are_unlocked(void) {
  struct flock record = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  if (flock(locked_file, LOCK_EX | LOCK_NB) != 0) return false;
  if (fcntl(locked_file, F_GETLK, &record) != 0) return false;
  return flock(locked_file, LOCK_UN) == 0 && record.l_type == F_UNLCK;
}

static void open_files(void) {
  must(pipe2(life, O_CLOEXEC));
  must(pipe2(gone, O_CLOEXEC));
  must(pipe2(ready, O_CLOEXEC));
  locked_file = (int)must(open("locked", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
}

static void close_files(void) {
  must(close(life[0]));
  must(close(ready[0]));
  must(close(locked_file));
}

static bool round_is_good(void) {
  char byte;
  memset(area, 0, sizeof *area);
  way = chance(kWays);
  thread_count = 1 + chance(kMost);
  victim = chance(thread_count);
  pause_before = chance(12);
  for (unsigned i = 0; i < thread_count; ++i) threads[i].action = chance(kActions);
  const bool stops = chance(4) == 0;
  open_files();
  const pid_t child = (pid_t)must(fork());
  if (child == 0) in_the_child();
  must(close(life[1]));
  must(close(gone[0]));
  must(close(gone[1]));
  must(close(ready[1]));
  bool good = read(ready[0], &byte, 1) >= 0;
  if (stops) {
    kill(child, SIGSTOP);
    kill(child, SIGCONT);
  }
  good &= lock_is_free();
  good &= read(life[0], &byte, 1) == 0;
  const int status = wait_for(child);
  good &= as_told(status) && files_are_unlocked();
  if (!good) {
    printf("way %d, stops %d, victim %u:", way, stops, victim);
    for (unsigned i = 0; i < thread_count; ++i) printf(" %ld", threads[i].action);
    print_status(": told", status);
  }
  close_files();
  return good;
}

static void run(unsigned long long from) {
  seed = from;
  int good = 0;
  for (int i = 0; i < kRounds; ++i) good += round_is_good();
  printf("%d of %d good\n", good, kRounds);
}

static void fill(int fd) {
  static char text[kPage];
  must(fcntl(fd, F_SETFL, O_NONBLOCK));
  while (write(fd, text, sizeof text) > 0) {
  }
  while (write(fd, text, 1) > 0) {
  }
  must(fcntl(fd, F_SETFL, 0));
}

static void prepare(void) {
  must(pipe2(empty_pipe, O_CLOEXEC));
  must(pipe2(full_pipe, O_CLOEXEC));
  fill(full_pipe[1]);
  must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, idle));
  must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, full_sockets));
  fill(full_sockets[0]);
  listener = (int)must(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  address.sun_family = AF_UNIX;
  strcpy(address.sun_path, "socket");
  must(bind(listener, (struct sockaddr *)&address, sizeof address));
  must(listen(listener, 1));
  epoll = (int)must(epoll_create1(EPOLL_CLOEXEC));
  struct epoll_event event = {.events = EPOLLIN};
  must(epoll_ctl(epoll, EPOLL_CTL_ADD, empty_pipe[0], &event));
  watches = (int)must(inotify_init1(IN_CLOEXEC));
  const sigset_t set = set_of(SIGUSR2);
  signals = (int)must(signalfd(-1, &set, SFD_CLOEXEC));
  counter = (int)must(eventfd(0, EFD_CLOEXEC));
  timer = (int)must(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
  must(mkfifo("fifo", 0600));
  // Another description than the children's: they all wait for its locks.
  write_file("other", "", 0600);
  const int mine = (int)must(open("other", O_RDWR | O_CLOEXEC));
  struct flock record = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  must(flock(mine, LOCK_EX));
  must(fcntl(mine, F_SETLK, &record));
  other_file = (int)must(open("other", O_RDWR | O_CLOEXEC));
}

// The program that the children execute: nobody else is in its process.
static int alone(int status) {
  int tasks = 0;
  DIR *const directory = opendir("/proc/self/task");
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
    tasks += entry->d_name[0] != '.';
  return tasks == 1 && self_id() == getpid() ? status : 97;
}

int main(int argc, char **argv) {
  if (argc > 2) return alone(atoi(argv[2]));
  area = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  enter_scratch();
  change_mask(SIG_BLOCK, SIGUSR2);
  prepare();
  if (argc > 1) {
    run(strtoull(argv[1], NULL, 10));
  } else {
    for (unsigned long long i = 1; i <= 2; ++i) run(i);
  }
  show(waitpid(-1, NULL, 0));
  leave_scratch();
  return 0;
}
