// close_range(2): closes or marks every descriptor of a range, gaps and all; an empty or odd range
// is EINVAL.
// covers: close_range
#include "guest.h"

static void show_open(void) {
  for (int fd = 50; fd < 60; fd++) printf("%d ", fcntl(fd, F_GETFD));
  printf("\n");
}

int main(void) {
  for (int fd = 50; fd < 60; fd++) {
    if (fd != 54) must(dup2(1, fd));
  }
  show_open();
  show(syscall(SYS_close_range, 52u, 55u, 0u));
  show_open();
  show(syscall(SYS_close_range, 56u, 57u, 4u));
  show_open();
  show(syscall(SYS_close_range, 58u, ~0u, 2u));
  show_open();
  show(syscall(SYS_close_range, 60u, 59u, 0u));
  show(syscall(SYS_close_range, 50u, 50u, 8u));
  show(syscall(SYS_close_range, 50u, ~0u, 0u));
  show_open();
  show(syscall(SYS_close_range, 1000u, ~0u, 0u));
  return 0;
}
