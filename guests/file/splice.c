// splice(2), tee(2), vmsplice(2): bytes go from file to pipe, pipe to file, pipe to pipe and memory
// to pipe; offsets given or the file's own; tee leaves what it copies; waiting and not waiting;
// EINVAL without a pipe, ESPIPE for a pipe with an offset, EBADF, EPIPE.
// covers: splice tee vmsplice
#include "guest.h"
#include <sys/uio.h>

static int one[2], two[2];

static void show_pipe(const char *what, int fd) {
  char text[64] = "";
  const long got = read(fd, text, sizeof text - 1);
  printf("%s: %ld \"%s\"\n", what, got, got > 0 ? text : "");
}

static void files(void) {
  const int in = (int)must(open("in", O_RDWR));
  const int out = (int)must(open("out", O_RDWR | O_CREAT, 0600));
  const int append = (int)must(open("out", O_WRONLY | O_APPEND));
  loff_t at = 3;
  show(splice(in, NULL, one[1], NULL, 4, 0));
  show(lseek(in, 0, SEEK_CUR));
  show(splice(in, &at, one[1], NULL, 100, SPLICE_F_MOVE | SPLICE_F_MORE));
  printf("%ld\n", (long)at);
  show(splice(in, &at, one[1], NULL, 100, 0));
  show(splice(one[0], NULL, out, NULL, 5, 0));
  at = 20;
  show(splice(one[0], NULL, out, &at, 100, 0));
  printf("%ld\n", (long)at);
  show(lseek(out, 0, SEEK_CUR));
  char text[64] = "";
  show(pread(out, text, sizeof text, 0));
  show(splice(one[0], NULL, out, NULL, 5, SPLICE_F_NONBLOCK));
  show(splice(in, NULL, out, NULL, 5, 0));
  show(splice(one[0], &at, out, NULL, 5, 0));
  show(splice(in, NULL, one[1], &at, 5, 0));
  show(splice(in, NULL, one[0], NULL, 5, 0));
  show(splice(one[1], NULL, out, NULL, 5, 0));
  show(splice(in, NULL, one[1], NULL, 5, 0x100));
  show(splice(9999, NULL, one[1], NULL, 5, 0));
  show(splice(9999, NULL, one[1], NULL, 0, 0));
  show(syscall(SYS_splice, in, 16L, one[1], 0L, 5L, 0L));
  must(write(one[1], "x", 1));
  show(splice(one[0], NULL, append, NULL, 5, 0));
  show_pipe("left", one[0]);
}

static void pipes(void) {
  must(write(one[1], "pipe to pipe", 12));
  show(tee(one[0], two[1], 4, 0));
  show_pipe("copied", two[0]);
  show(tee(one[0], two[1], 100, 0));
  show_pipe("copied", two[0]);
  show(splice(one[0], NULL, two[1], NULL, 5, 0));
  show_pipe("moved", two[0]);
  show_pipe("left", one[0]);
  show(tee(one[0], two[1], 5, SPLICE_F_NONBLOCK));
  show(tee(one[0], one[1], 5, 0));
  show(splice(one[0], NULL, one[1], NULL, 5, 0));
  show(tee(one[0], two[1], 0, 0));
  show(tee(one[0], two[1], 5, 0x100));
  show(tee(one[1], two[1], 5, 0));
}

static void memory(void) {
  const struct iovec pieces[2] = {{(void *)"from ", 5}, {(void *)"memory", 6}};
  char text[32] = "";
  const struct iovec to = {text, sizeof text};
  show(vmsplice(one[1], pieces, 2, 0));
  show(vmsplice(one[0], &to, 1, 0));
  printf("%s\n", text);
  show(vmsplice(one[0], &to, 1, SPLICE_F_NONBLOCK));
  show(vmsplice(one[1], pieces, 0, 0));
  show(vmsplice(one[1], pieces, 2000, 0));
  show(vmsplice(one[1], pieces, 2, 0x100));
  const struct iovec bad = {(void *)16L, 5};
  show(vmsplice(one[1], &bad, 1, 0));
  const int file = (int)must(open("in", O_RDWR));
  show(vmsplice(file, pieces, 2, 0));
}

static void whole_pages(void) {
  const int fd = (int)must(open("large", O_RDWR | O_CREAT, 0600));
  must(ftruncate(fd, 40 * kPage));
  show(splice(fd, NULL, one[1], NULL, 40 * kPage, 0));
  show(splice(fd, NULL, one[1], NULL, kPage, SPLICE_F_NONBLOCK));
  show(splice(one[0], NULL, two[1], NULL, 3 * kPage, 0));
  const int out = (int)must(open("copy", O_RDWR | O_CREAT, 0600));
  show(splice(one[0], NULL, out, NULL, 40 * kPage, 0));
  show(splice(two[0], NULL, out, NULL, 40 * kPage, 0));
  show(lseek(out, 0, SEEK_END));
}

static void waiting(void) {
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    must(write(one[1], "late", 4));
    _exit(0);
  }
  show(splice(one[0], NULL, two[1], NULL, 10, 0));
  show_pipe("late", two[0]);
  print_status("child", wait_for(child));
  must(close(one[1]));
  show(splice(one[0], NULL, two[1], NULL, 10, 0));
  show(tee(one[0], two[1], 10, 0));
  must(close(two[0]));
  signal(SIGPIPE, SIG_IGN);
  const int in = (int)must(open("in", O_RDONLY));
  show(splice(in, NULL, two[1], NULL, 4, 0));
}

int main(void) {
  enter_scratch();
  write_file("in", "0123456789", 0600);
  must(pipe(one));
  must(pipe(two));
  files();
  pipes();
  memory();
  whole_pages();
  waiting();
  leave_scratch();
  return 0;
}
