// kill(2), errors: EINVAL for no signal, ESRCH for no process or group; ids that are no pid at all.
// covers: kill tgkill tkill
#include "guest.h"

int main(void) {
  signal(SIGUSR1, SIG_IGN);
  show(kill(getpid(), 65));
  show(kill(getpid(), -1));
  show(kill(0x3fffffff, SIGUSR1));
  show(kill(0x3fffffff, 0));
  show(kill(0x3fffffff, 65));
  show(kill(-0x3fffffff, SIGUSR1));
  show(kill(INT_MIN, SIGUSR1));
  show(syscall(SYS_tgkill, getpid(), getpid(), 65));
  show(syscall(SYS_tgkill, getpid(), 0, SIGUSR1));
  show(syscall(SYS_tgkill, 0, getpid(), SIGUSR1));
  show(syscall(SYS_tgkill, -1, getpid(), SIGUSR1));
  show(syscall(SYS_tgkill, getpid(), 0x3fffffff, SIGUSR1));
  show(syscall(SYS_tgkill, getppid(), getpid(), SIGUSR1));
  show(syscall(SYS_tgkill, getpid(), getpid(), 0));
  show(syscall(SYS_tgkill, getpid(), getpid(), SIGUSR1));
  show(syscall(SYS_tkill, 0, SIGUSR1));
  show(syscall(SYS_tkill, 0x3fffffff, SIGUSR1));
  show(syscall(SYS_tkill, getpid(), SIGUSR1));
  show(raise(65) == 0 ? 0 : -1);
  return 0;
}
