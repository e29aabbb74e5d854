// fcntl(2) F_SET_RW_HINT and F_GET_RW_HINT: how long what is written will live is kept with the
// file; EINVAL for what is no hint, EFAULT, EBADF.
// covers: fcntl
#include "guest.h"

#ifndef F_GET_RW_HINT
#define F_GET_RW_HINT 1035
#define F_SET_RW_HINT 1036
#endif

static void hint_of(const char *what, int fd) {
  uint64_t hint = 99;
  const int result = fcntl(fd, F_GET_RW_HINT, &hint);
  printf("%s: %d, %d\n", what, result, (int)hint);
}

int main(void) {
  enter_scratch();
  const int fd = (int)must(open("file", O_RDWR | O_CREAT, 0600));
  const int other = (int)must(open("file", O_RDONLY));
  hint_of("at first", fd);
  for (uint64_t hint = 0; hint < 7; hint++) show(fcntl(fd, F_SET_RW_HINT, &hint));
  hint_of("the last one", fd);
  hint_of("by another descriptor", other);
  uint64_t hint = 2;
  show(fcntl(other, F_SET_RW_HINT, &hint));
  hint_of("changed", fd);
  show(fcntl(fd, F_SET_RW_HINT, at_edge(&hint, sizeof hint)));
  show(fcntl(fd, F_SET_RW_HINT, memory_edge() - 4));
  show(fcntl(fd, F_GET_RW_HINT, memory_edge() - 4));
  show(fcntl((int)must(open("file", O_PATH)), F_GET_RW_HINT, &hint));
  show(fcntl(9999, F_GET_RW_HINT, &hint));
  leave_scratch();
  return 0;
}
