// select(2): the sets come back with what is ready, the count is of bits in all sets, closed
// descriptors are EBADF and the time bounds the wait.
// covers: pselect6
#include "guest.h"
#include <sys/select.h>

int main(void) {
  int one[2], two[2];
  must(pipe(one));
  must(pipe(two));
  must(write(two[1], "x", 1));
  const int top = two[1] + 1;
  fd_set readable, writable, special;
  FD_ZERO(&readable);
  FD_ZERO(&writable);
  FD_ZERO(&special);
  FD_SET(one[0], &readable);
  FD_SET(two[0], &readable);
  FD_SET(one[1], &writable);
  FD_SET(two[0], &special);
  struct timeval time = {5, 0};
  show(select(top, &readable, &writable, &special, &time));
  printf("%d %d %d %d\n", FD_ISSET(one[0], &readable), FD_ISSET(two[0], &readable),
         FD_ISSET(one[1], &writable), FD_ISSET(two[0], &special));
  FD_ZERO(&readable);
  FD_SET(one[0], &readable);
  const struct timespec soon = {0, 10000000};
  show(pselect(top, &readable, NULL, NULL, &soon, NULL));
  show(FD_ISSET(one[0], &readable));
  must(close(one[1]));
  FD_SET(one[0], &readable);
  show(pselect(top, &readable, NULL, NULL, NULL, NULL));
  FD_SET(99, &readable);
  must(dup2(one[0], 99));
  must(close(99));
  show(pselect(100, &readable, NULL, NULL, &soon, NULL));
  // A table copied by fork has room for what is open, in steps of 64; what is beyond is not seen.
  must(syscall(SYS_close_range, 20, ~0U, 0));
  fflush(stdout);
  if (must(fork()) == 0) {
    FD_ZERO(&readable);
    FD_SET(99, &readable);
    show(pselect(100, &readable, NULL, NULL, &soon, NULL));
    FD_SET(63, &readable);
    show(pselect(100, &readable, NULL, NULL, &soon, NULL));
    fflush(stdout);
    _exit(0);
  }
  must(wait(NULL));
  show(pselect(0, NULL, NULL, NULL, &soon, NULL));
  show(pselect(-1, NULL, NULL, NULL, &soon, NULL));
  const struct timespec bad = {0, -1};
  show(pselect(0, NULL, NULL, NULL, &bad, NULL));
  show(syscall(SYS_pselect6, 10L, 16L, NULL, NULL, NULL, NULL));
  return 0;
}
