// open(2), "open file description": offset and status flags are shared by dup and by fork, not by a
// second open; close-on-exec belongs to the descriptor.
// covers: dup clone lseek fcntl
#include "guest.h"

static int fd;

static void child(void) {
  char text[3] = "";
  must(read(fd, text, 2));
  printf("child reads %s\n", text);
  must(fcntl(fd, F_SETFL, O_NONBLOCK | O_APPEND));
  must(fcntl(fd, F_SETFD, FD_CLOEXEC));
}

int main(void) {
  enter_scratch();
  write_file("file", "0123456789abcdef", 0644);
  fd = (int)must(open("file", O_RDWR));
  const int copy = (int)must(dup(fd));
  const int other = (int)must(open("file", O_RDONLY));
  char text[3] = "";
  must(read(fd, text, 2));
  printf("%s\n", text);
  must(read(copy, text, 2));
  printf("%s\n", text);
  print_status("child", in_child(child));
  must(read(fd, text, 2));
  printf("%s\n", text);
  must(read(other, text, 2));
  printf("%s\n", text);
  expect((fcntl(copy, F_GETFL) & (O_NONBLOCK | O_APPEND)) == (O_NONBLOCK | O_APPEND));
  expect((fcntl(other, F_GETFL) & (O_NONBLOCK | O_APPEND)) == 0);
  show(fcntl(fd, F_GETFD));
  must(lseek(copy, -1, SEEK_END));
  must(read(fd, text, 2));
  printf("%c\n", text[0]);
  must(close(fd));
  show(lseek(copy, 0, SEEK_CUR));
  // Both halves of a fork append to one file in turn.
  const int log = (int)must(open("log", O_RDWR | O_CREAT, 0644));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    must(write(log, "child ", 6));
    _exit(0);
  }
  print_status("writer", wait_for(pid));
  must(write(log, "parent", 6));
  char all[20] = "";
  must(pread(log, all, sizeof all - 1, 0));
  printf("%s\n", all);
  leave_scratch();
  return 0;
}
