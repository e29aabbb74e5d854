// kill(2): a zombie still has its pid: signals to it succeed and do nothing, until it is reaped,
// when the answer becomes ESRCH.
// covers: kill waitid wait4 getpgid
#include "guest.h"

int main(void) {
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) _exit(3);
  siginfo_t info;
  must(waitid(P_PID, pid, &info, WEXITED | WNOWAIT));
  show(kill(pid, 0));
  show(kill(pid, SIGKILL));
  show(kill(pid, SIGSTOP));
  expect(getpgid(pid) == getpgrp());
  show_ok(setpgid(pid, pid));
  print_status("zombie", wait_for(pid));
  show(kill(pid, 0));
  show(kill(pid, SIGKILL));
  show(getpgid(pid));
  return 0;
}
