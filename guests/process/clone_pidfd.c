// clone(2), CLONE_PIDFD: the parent is told a pidfd where CLONE_PARENT_SETTID would tell the tid,
// so the two do not go together.
// covers: clone
#include "guest.h"

static long call(unsigned long flags, int *told) {
#ifdef __x86_64__
  const long pid = syscall(SYS_clone, flags, NULL, told, NULL, 0);
#else
  const long pid = syscall(SYS_clone, flags, NULL, told, 0, NULL);
#endif
  if (pid == 0) _exit(3);
  return pid;
}

int main(void) {
  int told = -1;
  const long pid = must(call(CLONE_PIDFD | SIGCHLD, &told));
  expect(fcntl(told, F_GETFD) == FD_CLOEXEC);
  siginfo_t info = {0};
  show(waitid(3 /* P_PIDFD */, (id_t)told, &info, WEXITED));
  expect(info.si_pid == pid && info.si_status == 3);
  show(call(CLONE_PIDFD | CLONE_PARENT_SETTID | SIGCHLD, &told));
  show(call(CLONE_PIDFD | 0x00400000 | SIGCHLD, &told));
  show(call(CLONE_PIDFD | SIGCHLD, (int *)16));
  show(waitpid(-1, NULL, WNOHANG));
  return 0;
}
