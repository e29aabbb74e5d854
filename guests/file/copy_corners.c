// copy_file_range(2) and sendfile(2) where they are awkward: the order of errors, offsets that are
// kept or moved, counts that reach past the end, one file on both sides, files in memory.
// covers: copy_file_range sendfile
#include "guest.h"
#include <sys/sendfile.h>
#include <sys/socket.h>

static char text[64];

static void show_file(const char *what, int fd) {
  memset(text, 0, sizeof text);
  const long size = pread(fd, text, sizeof text - 1, 0);
  printf("%s: %ld bytes, ", what, size);
  for (long i = 0; i < size; i++) putchar(text[i] == 0 ? '.' : text[i]);
  putchar('\n');
}

static void ranges(int in, int out) {
  off_t from = 0, to = 4;
  // The count ends where the file does before ranges are compared.
  show(copy_file_range(in, &from, in, &to, 4, 0));
  from = 5, to = 10;
  show(copy_file_range(in, &from, in, &to, 100, 0));
  printf("%ld %ld\n", (long)from, (long)to);
  from = 6, to = 9;
  show(copy_file_range(in, &from, in, &to, 100, 0));
  from = 9, to = 6;
  show(copy_file_range(in, &from, in, &to, 4, 0));
  show_file("one file", in);
  from = 100, to = 0;
  show(copy_file_range(in, &from, out, &to, 4, 0));
  from = 0, to = 0;
  show(copy_file_range(in, &from, out, &to, 0, 0));
  from = 0, to = INT64_MAX - 2;
  show(copy_file_range(in, &from, out, &to, 4, 0));
  show(syscall(SYS_copy_file_range, in, 16L, out, NULL, 4L, 0L));
  show(syscall(SYS_copy_file_range, in, NULL, out, 16L, 4L, 0L));
  must(lseek(in, 3, SEEK_SET));
  must(lseek(out, 0, SEEK_SET));
  to = 2;
  show(copy_file_range(in, NULL, out, &to, 3, 0));
  show(lseek(in, 0, SEEK_CUR));
  show(lseek(out, 0, SEEK_CUR));
  show(to);
  show_file("out", out);
}

static void refused(int in, int out) {
  int channel[2];
  must(pipe(channel));
  const int directory = (int)must(open(".", O_RDONLY));
  show(copy_file_range(in, NULL, directory, NULL, 1, 0));
  show(copy_file_range(channel[0], NULL, out, NULL, 1, 0));
  show(copy_file_range(in, NULL, channel[1], NULL, 1, 0));
  const int only = (int)must(open("only", O_WRONLY | O_CREAT, 0600));
  show(copy_file_range(only, NULL, out, NULL, 1, 0));
  show(sendfile(out, only, NULL, 1));
  show(sendfile(out, directory, NULL, 1));
  show(sendfile(directory, in, NULL, 1));
  show(sendfile(out, channel[0], NULL, 1));
  off_t offset = 0;
  show(sendfile(out, channel[0], &offset, 1));
  // The offset is read before any descriptor is looked at.
  show(syscall(SYS_sendfile, 9999, 9999, 16L, 1L));
  show(sendfile(9999, in, &offset, 1));
  show(sendfile((int)must(open("only", O_WRONLY | O_APPEND)), in, NULL, 1));
  offset = INT64_MAX;
  show(sendfile(out, in, &offset, 1));
  must(close(channel[0]));
  must(signal(SIGPIPE, SIG_IGN) == SIG_ERR ? -1 : 0);
  offset = 0;
  show(sendfile(channel[1], in, &offset, 1));
  show(offset);
}

static void sinks(int in) {
  int channel[2], pair[2];
  off_t offset = 2;
  must(pipe(channel));
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  must(lseek(in, 1, SEEK_SET));
  show(sendfile(pair[0], in, &offset, 4));
  show(offset);
  show(lseek(in, 0, SEEK_CUR));
  memset(text, 0, sizeof text);
  show(read(pair[1], text, sizeof text));
  printf("%s\n", text);
  show(sendfile(channel[1], in, NULL, 3));
  show(lseek(in, 0, SEEK_CUR));
  // A full pipe that does not block takes what fits.
  must(fcntl(channel[1], F_SETFL, O_NONBLOCK));
  static char much[65536];
  must(write(channel[1], much, sizeof much));
  show(sendfile(channel[1], in, NULL, 3));
  show(lseek(in, 0, SEEK_CUR));
}

static void in_memory(void) {
  const int from = (int)must(memfd_create("from", 0));
  const int to = (int)must(memfd_create("to", 0));
  must(write(from, "memory", 6));
  off_t start = 0;
  show(copy_file_range(from, &start, to, NULL, 100, 0));
  show_file("to", to);
  start = 2;
  show(sendfile(to, from, &start, 2));
  show(start);
  show_file("to", to);
}

int main(void) {
  enter_scratch();
  write_file("in", "0123456789", 0644);
  const int in = (int)must(open("in", O_RDWR));
  const int out = (int)must(open("out", O_RDWR | O_CREAT, 0644));
  ranges(in, out);
  refused(in, out);
  sinks(in);
  in_memory();
  leave_scratch();
  return 0;
}
