// dup(2): the lowest free number, dup2 closes what it replaces and is a no-op for equal numbers,
// dup3 takes O_CLOEXEC and refuses equal numbers.
// covers: dup dup3 fcntl close
#include "guest.h"

int main(void) {
  const int base = (int)must(fcntl(1, F_DUPFD, 100));
  must(close(base));
  int channel[2];
  must(pipe(channel));
  const int low = (int)must(dup(channel[0]));
  expect(low > channel[1]);
  must(close(low));
  expect(dup(channel[1]) == low);
  expect(dup2(channel[1], low) == low);
  show(dup2(channel[0], 100));
  show(dup2(100, 100));
  show(dup2(99, 99));
  show(dup2(99, 100));
  show(fcntl(100, F_GETFD));
  show(dup3(channel[0], 100, O_CLOEXEC));
  show(fcntl(100, F_GETFD));
  show(dup3(100, 100, 0));
  show(syscall(SYS_dup3, channel[0], 101, O_NONBLOCK));
  show(dup3(99, 101, 0));
  show(dup(99));
  show(dup(-1));
  show(dup2(channel[0], -1));
  show(dup2(channel[0], 1 << 30));
  // The replaced descriptor is closed: its reader sees the end.
  int other[2];
  must(pipe(other));
  must(dup2(channel[1], other[1]));
  char byte;
  show(read(other[0], &byte, 1));
  must(write(other[1], "x", 1));
  show(read(100, &byte, 1));
  return 0;
}
