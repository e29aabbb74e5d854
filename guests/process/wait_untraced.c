// wait4(2), WUNTRACED: a stopped child is reported once, with the signal that stopped it, and only
// to a caller that asks; without the option wait keeps sleeping until the child ends.
// covers: wait4 kill setpgid
#include "guest.h"

static pid_t sleeping_child(void) {
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    for (;;) pause();
  }
  // The default action of all but SIGSTOP spares orphaned groups; a group of its own is none.
  must(setpgid(pid, pid));
  return pid;
}

int main(void) {
  static const int kStops[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};
  for (int i = 1; i < 4; i++) signal(kStops[i], SIG_DFL);
  const pid_t pid = sleeping_child();
  int status;
  for (int i = 0; i < 4; i++) {
    must(kill(pid, kStops[i]));
    status = 0;
    expect(waitpid(pid, &status, WUNTRACED) == pid);
    print_status("child", status);
    printf("status %#x\n", (unsigned)status);
    show(waitpid(pid, &status, WUNTRACED | WNOHANG));
    must(kill(pid, SIGCONT));
  }
  must(kill(pid, SIGSTOP));
  siginfo_t info;
  must(waitid(P_PID, pid, &info, WSTOPPED | WNOWAIT));
  show(waitpid(pid, &status, WNOHANG));
  must(kill(pid, SIGKILL));
  expect(waitpid(pid, &status, WUNTRACED) == pid);
  print_status("child", status);
  return 0;
}
