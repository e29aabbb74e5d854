// kill(2): signal 0 only asks whether the process or group exists.
// covers: kill
#include "guest.h"

int main(void) {
  show(kill(getpid(), 0));
  show(kill(0, 0));
  show(kill(-getpgrp(), 0));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    for (;;) pause();
  }
  show(kill(pid, 0));
  show(kill(-pid, 0));
  must(setpgid(pid, pid));
  show(kill(-pid, 0));
  must(kill(pid, SIGKILL));
  siginfo_t info;
  must(waitid(P_PID, pid, &info, WEXITED | WNOWAIT));
  show(kill(pid, 0));
  show(kill(-pid, 0));
  print_status("child", wait_for(pid));
  show(kill(pid, 0));
  show(kill(-pid, 0));
  return 0;
}
