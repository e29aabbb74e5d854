// wait4(2), errors: ECHILD without children, for a process that is not a child, and for a group
// that has none of them; EINVAL for unknown options; ESRCH for the one group that cannot be named.
// covers: wait4 waitid
#include "guest.h"

int main(void) {
  int status = 777;
  show(wait(&status));
  show(waitpid(-1, &status, WNOHANG));
  show(waitpid(getpid(), &status, 0));
  show(waitpid(getppid(), &status, 0));
  show(waitpid(1 << 22, &status, 0));
  show(waitpid(-(1 << 22), &status, 0));
  show(waitpid(0, &status, 0));
  show(waitpid(-1, &status, 0x10));
  show(waitpid(INT_MIN, &status, 0));
  show(status);

  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) _exit(0);
  show(waitpid(getppid(), &status, 0));
  show(waitpid(0x3fffffff, &status, 0));
  print_status("child", wait_for(pid));
  show(waitpid(pid, &status, 0));

  siginfo_t info;
  show(waitid(P_ALL, 0, &info, WEXITED));
  show(waitid(P_ALL, 0, &info, 0));
  show(waitid(P_ALL, 0, &info, WNOHANG));
  show(waitid(P_ALL, 0, &info, WEXITED | 0x10));
  show(waitid((idtype_t)77, 0, &info, WEXITED));
  show(waitid(P_PID, 0, &info, WEXITED));
  show(waitid(P_PID, (id_t)-5, &info, WEXITED));
  return 0;
}
