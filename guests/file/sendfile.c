// sendfile(2): moves from a file to a pipe or a file, from its own place or from the one given, and
// tells how far it came.
// covers: sendfile
#include "guest.h"
#include <sys/sendfile.h>

int main(void) {
  enter_scratch();
  write_file("in", "0123456789abcdef", 0644);
  const int in = (int)must(open("in", O_RDONLY));
  const int out = (int)must(open("out", O_RDWR | O_CREAT, 0644));
  int channel[2];
  must(pipe(channel));
  char text[32] = "";
  show(sendfile(channel[1], in, NULL, 5));
  show(read(channel[0], text, sizeof text));
  printf("%.5s\n", text);
  show(lseek(in, 0, SEEK_CUR));
  off_t offset = 10;
  show(sendfile(out, in, &offset, 4));
  show(offset);
  show(lseek(in, 0, SEEK_CUR));
  show(sendfile(out, in, NULL, 1000));
  show(sendfile(out, in, NULL, 1000));
  show(pread(out, text, sizeof text, 0));
  printf("%.15s\n", text);
  offset = 100;
  show(sendfile(out, in, &offset, 4));
  offset = -1;
  show(sendfile(out, in, &offset, 4));
  show(sendfile(out, in, NULL, 0));
  show(sendfile(in, out, NULL, 4));
  show(sendfile(9999, in, NULL, 4));
  show(sendfile(out, 9999, NULL, 4));
  must(lseek(in, 0, SEEK_SET));
  show(sendfile((int)must(open("out", O_WRONLY | O_APPEND)), in, NULL, 4));
  show(syscall(SYS_sendfile, out, in, 16L, 4L));
  leave_scratch();
  return 0;
}
