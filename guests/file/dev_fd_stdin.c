// fd(4): /dev/stdin, /dev/fd/N and /proc/self/fd/N open what the descriptor has open: a pipe again,
// a file anew with an offset of its own.
// covers: openat readlinkat
#include "guest.h"

int main(void) {
  enter_scratch();
  int channel[2];
  must(pipe(channel));
  must(write(channel[1], "through the pipe", 16));
  must(dup2(channel[0], 0));
  char text[32] = "";
  const int again = open("/dev/stdin", O_RDONLY);
  show_ok(again);
  show(read(again, text, 7));
  show(read(0, text + 7, 20));
  printf("%s\n", text);
  write_file("file", "contents", 0644);
  must(dup2((int)must(open("file", O_RDWR)), 60));
  must(read(60, text, 4));
  const int anew = open("/dev/fd/60", O_RDONLY);
  show_ok(anew);
  memset(text, 0, sizeof text);
  show(read(anew, text, 20));
  printf("%s\n", text);
  show(lseek(60, 0, SEEK_CUR));
  const int truncated = open("/proc/self/fd/60", O_WRONLY | O_TRUNC);
  show_ok(truncated);
  show(lseek(60, 0, SEEK_END));
  must(unlink("file"));
  show_ok(open("/proc/self/fd/60", O_RDWR));
  show_ok(open("/dev/fd/61", O_RDONLY));
  show_ok(open("/dev/fd/x", O_RDONLY));
  show(readlink("/dev/stdin", text, sizeof text));
  show(readlink("/dev/fd", text, sizeof text));
  struct stat link, target;
  must(stat("/dev/stdin", &link));
  must(fstat(0, &target));
  expect(link.st_ino == target.st_ino);
  expect(S_ISFIFO(link.st_mode));
  leave_scratch();
  return 0;
}
