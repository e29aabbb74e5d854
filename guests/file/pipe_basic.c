// pipe(7): bytes come out in the order they went in, in whatever pieces; a read takes what is there
// and waits only when nothing is.
// covers: pipe2 read write clone
#include "guest.h"

int main(void) {
  int channel[2];
  show(pipe(channel));
  expect(channel[0] != channel[1]);
  char text[32] = "";
  show(write(channel[1], "hello ", 6));
  show(write(channel[1], "world", 5));
  show(read(channel[0], text, 3));
  show(read(channel[0], text + 3, sizeof text - 3));
  printf("%s\n", text);
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    sleep_ms(20);
    must(write(channel[1], "late", 4));
    _exit(0);
  }
  memset(text, 0, sizeof text);
  show(read(channel[0], text, sizeof text));
  printf("%s\n", text);
  print_status("writer", wait_for(pid));
  // A megabyte through a pipe, summed on the other side.
  must(close((int)must(dup(channel[0]))));
  const pid_t source = (pid_t)must(fork());
  if (source == 0) {
    static unsigned char block[5000];
    for (int i = 0; i < 200; i++) {
      memset(block, i, sizeof block);
      for (size_t done = 0; done < sizeof block;) {
        done += (size_t)must(write(channel[1], block + done, sizeof block - done));
      }
    }
    _exit(0);
  }
  must(close(channel[1]));
  unsigned long sum = 0, count = 0;
  unsigned char block[3000];
  for (long got; (got = must(read(channel[0], block, sizeof block))) > 0; count += (size_t)got) {
    for (long i = 0; i < got; i++) sum += block[i] * (count + (size_t)i) % 1000;
  }
  printf("%lu bytes, sum %lu\n", count, sum);
  print_status("source", wait_for(source));
  show(syscall(SYS_pipe2, 16L, 0));
  return 0;
}
