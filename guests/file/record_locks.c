// fcntl(2), F_SETLK: record locks belong to the process, are told by F_GETLK, are not inherited by
// fork, split and merge, and go when any descriptor of the file is closed.
// covers: fcntl clone
#include "guest.h"

static int fd;

static long lock(short type, long start, long length) {
  const struct flock range = {
      .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  return fcntl(fd, F_SETLK, &range);
}

static void ask(short type, long start, long length) {
  struct flock range = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  must(fcntl(fd, F_GETLK, &range));
  printf("at %ld: %s from %ld length %ld, by the parent %d\n", start,
         range.l_type == F_UNLCK   ? "free"
         : range.l_type == F_RDLCK ? "read lock"
                                   : "write lock",
         (long)range.l_start, (long)range.l_len,
         range.l_type == F_UNLCK ? -1 : range.l_pid == getppid());
}

static void child(void) {
  ask(F_WRLCK, 0, 100);
  ask(F_WRLCK, 10, 1);
  ask(F_RDLCK, 15, 1);
  ask(F_RDLCK, 40, 5);
  ask(F_WRLCK, 200, 0);
  show(lock(F_WRLCK, 12, 1));
  show(lock(F_RDLCK, 40, 1));
  show(lock(F_WRLCK, 40, 1));
  show(lock(F_WRLCK, 500, 1));
}

static void child_after_close(void) { ask(F_WRLCK, 0, 0); }

static int waiting_child(void) {
  const struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
  return fcntl(fd, F_SETLKW, &range);
}

int main(void) {
  enter_scratch();
  fd = (int)must(open("file", O_RDWR | O_CREAT, 0644));
  show(lock(F_WRLCK, 10, 20));
  show(lock(F_UNLCK, 14, 4));
  show(lock(F_RDLCK, 40, 10));
  show(lock(F_RDLCK, 50, 10));
  ask(F_WRLCK, 0, 0);
  print_status("child", in_child(child));
  must(close((int)must(open("file", O_RDONLY))));
  print_status("child after a close", in_child(child_after_close));
  show(lock(F_WRLCK, 0, 0));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) _exit(waiting_child() == 0 ? 7 : 1);
  sleep_ms(10);
  show(waitpid(pid, NULL, WNOHANG));
  show(lock(F_UNLCK, 0, 0));
  print_status("waiting child", wait_for(pid));
  show(lock(77, 0, 0));
  show(lock(F_RDLCK, -5, 1));
  fd = (int)must(open("file", O_RDONLY));
  show(lock(F_WRLCK, 0, 0));
  leave_scratch();
  return 0;
}
