// restart_syscall(2): a program that makes the call itself has nothing to restart.
// covers: restart_syscall
#include "guest.h"

int main(void) {
  show(syscall(SYS_restart_syscall));
  return 0;
}
