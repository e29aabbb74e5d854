// pthreads(7), close(2), fcntl(2), flock(2), epoll(7): threads have one table of descriptors; a
// read goes on when another thread closes its descriptor; locks of fcntl belong to the process,
// those of flock and of open file descriptions to the description; an epoll instance takes what
// others add.
// covers: read write close dup3 pipe2 eventfd2 epoll_pwait epoll_ctl fcntl flock chdir umask
#include "guest.h"
#include "thread.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>

static int channel[2], event, epoll, file;

static void *read_some(void *unused) {
  (void)unused;
  char text[16] = "";
  const ssize_t size = read(channel[0], text, sizeof text);
  return (void *)(size == 3 && memcmp(text, "abc", 3) == 0 ? 1L : (long)size - 100);
}
static void *read_event(void *unused) {
  (void)unused;
  uint64_t value = 0;
  return (void *)(long)(read(event, &value, sizeof value) == sizeof value ? value : 0);
}
static void *wait_epoll(void *unused) {
  (void)unused;
  struct epoll_event found;
  return (void *)(long)(epoll_wait(epoll, &found, 1, -1) == 1 ? found.data.u32 : 0);
}
static void *poll_closed(void *unused) {
  (void)unused;
  struct pollfd entry = {.fd = channel[0], .events = POLLIN};
  return (void *)(long)(poll(&entry, 1, -1) == 1 ? entry.revents : -1);
}

static void closed_while_read(void) {
  struct thread thread;
  must(pipe(channel));
  start(&thread, read_some, NULL);
  until_asleep(thread.tid);
  must(close(channel[0]));
  const int other = (int)must(open("/dev/null", O_RDONLY));
  expect(other == channel[0]);
  // Its reader is there still, and gets what is written now.
  show(write(channel[1], "abc", 3));
  show((long)join(&thread));
  install_handler(SIGPIPE, SIG_IGN, 0);
  show(write(channel[1], "abc", 3));
  must(close(other));
  must(close(channel[1]));
  must(pipe(channel));
  start(&thread, poll_closed, NULL);
  until_asleep(thread.tid);
  must(close(channel[0]));
  show(write(channel[1], "abc", 3));
  // It looks again at the number, which is no longer open.
  show((long)join(&thread) == POLLNVAL);
  must(close(channel[1]));
  // Replacing it is closing it.
  must(pipe(channel));
  start(&thread, read_some, NULL);
  until_asleep(thread.tid);
  const int null = (int)must(open("/dev/null", O_RDONLY));
  must(dup2(null, channel[0]));
  show(write(channel[1], "abc", 3));
  show((long)join(&thread));
  must(close(null));
  must(close(channel[0]));
  must(close(channel[1]));
}

static void events(void) {
  struct thread thread;
  event = (int)must(eventfd(0, 0));
  start(&thread, read_event, NULL);
  until_asleep(thread.tid);
  const uint64_t value = 6;
  show(write(event, &value, sizeof value));
  show((long)join(&thread));
  epoll = (int)must(epoll_create1(0));
  start(&thread, wait_epoll, NULL);
  until_asleep(thread.tid);
  must(pipe(channel));
  must(write(channel[1], "x", 1));
  // Ready already when it is added, which the waiting thread is told.
  struct epoll_event interest = {.events = EPOLLIN, .data.u32 = 44};
  show(epoll_ctl(epoll, EPOLL_CTL_ADD, channel[0], &interest));
  show((long)join(&thread));
  char byte;
  must(read(channel[0], &byte, 1));
  start(&thread, wait_epoll, NULL);
  until_asleep(thread.tid);
  interest.events = EPOLLOUT;
  interest.data.u32 = 45;
  show(epoll_ctl(epoll, EPOLL_CTL_ADD, channel[1], &interest));
  show((long)join(&thread));
  must(close(channel[0]) | close(channel[1]) | close(event) | close(epoll));
}

static struct flock lock_of(int type) { return (struct flock){.l_type = (short)type, .l_len = 10}; }

static void *take_locks(void *unused) {
  (void)unused;
  struct flock lock = lock_of(F_WRLCK);
  const bool record = fcntl(file, F_SETLK, &lock) == 0;
  const int again = open("file", O_RDWR);
  const bool other_record = fcntl(again, F_SETLK, &lock) == 0;
  const bool same = flock(file, LOCK_EX | LOCK_NB) == 0;
  const bool other = flock(again, LOCK_EX | LOCK_NB) == 0;
  // Closing any descriptor of the file gives up the whole process's record locks.
  close(again);
  return (void *)(long)(record | other_record << 1 | same << 2 | other << 3);
}

static void *open_description_lock(void *unused) {
  (void)unused;
  const int again = open("file", O_RDWR);
  struct flock lock = lock_of(F_WRLCK);
  const long result = fcntl(again, 37 /* F_OFD_SETLK */, &lock);
  const int error = errno;
  close(again);
  return (void *)(long)(result == -1 ? error : 0);
}

static bool locked_for_others(void) {
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    struct flock lock = lock_of(F_WRLCK);
    fcntl(file, F_GETLK, &lock);
    _exit(lock.l_type != F_UNLCK);
  }
  return WEXITSTATUS(wait_for(child)) == 1;
}

static void locks(void) {
  struct thread thread;
  enter_scratch();
  file = (int)must(open("file", O_RDWR | O_CREAT, 0600));
  struct flock lock = lock_of(F_WRLCK);
  must(fcntl(file, F_SETLK, &lock));
  must(flock(file, LOCK_EX));
  expect(locked_for_others());
  start(&thread, take_locks, NULL);
  show((long)join(&thread));
  expect(!locked_for_others());
  must(fcntl(file, 37, &lock));
  start(&thread, open_description_lock, NULL);
  expect((long)join(&thread) == EAGAIN);
  must(close(file));
  leave_scratch();
}

static void *change(void *unused) {
  must(chdir("/dev"));
  umask(027);
  must(close(channel[0]));
  return unused;
}

static void shared_context(void) {
  struct thread thread;
  char directory[64];
  must(pipe(channel));
  start(&thread, change, NULL);
  join(&thread);
  must(getcwd(directory, sizeof directory) == NULL ? -1 : 0);
  puts(directory);
  printf("%03o\n", (unsigned)umask(022));
  show(fcntl(channel[0], F_GETFD));
}

// Lines through a pipe from several threads to several others.
static void *write_numbers(void *unused) {
  for (int i = 1; i <= 200; ++i) must(write(channel[1], &i, sizeof i));
  return unused;
}
static void *add_numbers(void *unused) {
  (void)unused;
  long sum = 0;
  for (int i; read(channel[0], &i, sizeof i) == sizeof i;) sum += i;
  return (void *)sum;
}

static void through_a_pipe(void) {
  struct thread writers[3], readers[3];
  must(pipe(channel));
  for (int i = 0; i < 3; ++i) start(&readers[i], add_numbers, NULL);
  for (int i = 0; i < 3; ++i) start(&writers[i], write_numbers, NULL);
  for (int i = 0; i < 3; ++i) join(&writers[i]);
  must(close(channel[1]));
  long sum = 0;
  for (int i = 0; i < 3; ++i) sum += (long)join(&readers[i]);
  show(sum);
}

int main(void) {
  closed_while_read();
  events();
  locks();
  shared_context();
  through_a_pipe();
  return 0;
}
