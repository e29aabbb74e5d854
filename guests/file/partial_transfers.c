// covers: write read readv writev
// A blocking write goes on until a pipe has taken everything, over stops and signals; memory that
// ends in the middle of a buffer gives what came before it.
#include <sys/uio.h>

#include "guest.h"

enum { kBig = 300000 };

static char big[kBig];

static void on_alarm(int number) { (void)number; }

// Exits 0 after `wanted` bytes that are the ones of `big`.
static pid_t slow_reader(const int fds[2], long wanted) {
  const pid_t child = (pid_t)must(fork());
  if (child != 0) return child;
  close(fds[1]);
  char buffer[4096];
  long total = 0;
  while (total < wanted) {
    const ssize_t got = read(fds[0], buffer, sizeof buffer);
    if (got <= 0 || memcmp(buffer, big + total, (size_t)got) != 0) _exit(1);
    total += got;
    if (total % (16 * 4096) == 0) sleep_ms(1);
  }
  _exit(0);
}

static void everything_arrives(void) {
  int fds[2];
  must(pipe(fds));
  for (int i = 0; i < kBig; i++) big[i] = (char)(i * 7 % 251);
  const pid_t child = slow_reader(fds, kBig);
  show(write(fds[1], big, kBig));
  print_status("reader", wait_for(child));
}

static void a_signal_ends_it_with_what_was_written(void) {
  int fds[2];
  must(pipe(fds));
  install_handler(SIGALRM, on_alarm, 0);
  const struct itimerval soon = {{0, 0}, {0, 20000}};
  must(setitimer(ITIMER_REAL, &soon, NULL));
  show(write(fds[1], big, kBig));
  must(setitimer(ITIMER_REAL, &soon, NULL));
  show(write(fds[1], big, kBig));
}

static void the_reader_leaves(void) {
  install_handler(SIGPIPE, SIG_IGN, 0);
  int fds[2];
  must(pipe(fds));
  const pid_t child = slow_reader(fds, 4096);
  must(close(fds[0]));
  const ssize_t written = write(fds[1], big, kBig);
  expect(written > 0 && written < kBig);
  print_status("reader", wait_for(child));
  show(write(fds[1], big, kBig));
}

// Of a file: a pipe gives back a page it could not fill.
static void memory_ends(void) {
  const int file = (int)must(open("file", O_RDWR | O_CREAT, 0600));
  char *edge = memory_edge();
  memcpy(edge - 6, "abcdef", 6);
  show(write(file, edge - 6, 10));
  char text[16] = "";
  show(pread(file, text, sizeof text, 0));
  puts(text);
  must(lseek(file, 0, SEEK_SET));
  struct iovec pieces[3] = {{edge - 2, 2}, {edge - 1, 3}, {text, 4}};
  show(writev(file, pieces, 3));
  memset(text, 0, sizeof text);
  show(pread(file, text, sizeof text, 0));
  puts(text);
  must(pwrite(file, "123456789", 9, 0));
  must(lseek(file, 0, SEEK_SET));
  struct iovec into[3] = {{text, 2}, {edge - 3, 5}, {text, 4}};
  show(readv(file, into, 3));
  show(memcmp(edge - 3, "345", 3));
  show(lseek(file, 0, SEEK_CUR));
  show(writev(file, pieces, 0));
  show(syscall(SYS_writev, file, pieces, -1L));
  show(syscall(SYS_writev, file, pieces, 1025L));
  pieces[1].iov_len = (size_t)-1;
  show(writev(file, pieces, 2));
}

int main(void) {
  enter_scratch();
  everything_arrives();
  a_signal_ends_it_with_what_was_written();
  the_reader_leaves();
  memory_ends();
  leave_scratch();
  return 0;
}
