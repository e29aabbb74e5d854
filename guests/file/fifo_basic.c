// fifo(7): opening one end waits for the other, except for O_RDWR and non-blocking readers; a
// non-blocking writer without a reader is ENXIO.
// covers: mknodat openat read write unlinkat
#include "guest.h"

int main(void) {
  enter_scratch();
  show(mkfifo("fifo", 0600));
  show(mkfifo("fifo", 0600));
  show_ok(open("fifo", O_WRONLY | O_NONBLOCK));
  const int reader = (int)must(open("fifo", O_RDONLY | O_NONBLOCK));
  char text[16] = "";
  show(read(reader, text, sizeof text));
  const int writer = open("fifo", O_WRONLY | O_NONBLOCK);
  show_ok(writer);
  show(read(reader, text, sizeof text));
  show(write(writer, "hello", 5));
  show(read(reader, text, sizeof text));
  printf("%s\n", text);
  must(close(writer));
  show(read(reader, text, sizeof text));
  must(close(reader));

  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    const int end = (int)must(open("fifo", O_WRONLY));
    must(write(end, "from the child", 14));
    _exit(0);
  }
  const int end = (int)must(open("fifo", O_RDONLY));
  size_t got = 0;
  for (long count; (count = must(read(end, text + got, sizeof text - got))) > 0;) {
    got += (size_t)count;
  }
  printf("%.14s\n", text);
  print_status("writer", wait_for(pid));
  const int both = open("fifo", O_RDWR);
  show_ok(both);
  show(write(both, "x", 1));
  show(read(both, text, 1));
  struct stat about;
  must(stat("fifo", &about));
  expect(S_ISFIFO(about.st_mode));
  show(unlink("fifo"));
  leave_scratch();
  return 0;
}
