// waitid(2): WNOWAIT leaves the child waitable, WEXITED, WSTOPPED and WCONTINUED select what is
// reported, P_PID, P_PGID and P_ALL select whom, and siginfo tells pid, uid, code and status.
// covers: waitid kill setpgid
#include "guest.h"

static void show_info(const char *what, const siginfo_t *info, pid_t pid) {
  static const char *const kCodes[] = {"0",           "CLD_EXITED",  "CLD_KILLED",   "CLD_DUMPED",
                                       "CLD_TRAPPED", "CLD_STOPPED", "CLD_CONTINUED"};
  printf("%s: signo %d, errno %d, code %s, status %d, pid right %d, uid right %d\n", what,
         info->si_signo, info->si_errno, kCodes[info->si_code], info->si_status,
         info->si_pid == pid, info->si_uid == getuid());
}

int main(void) {
  siginfo_t info;
  const pid_t exits = (pid_t)must(fork());
  if (exits == 0) _exit(259);
  for (int i = 0; i < 2; i++) {
    memset(&info, 0xff, sizeof info);
    show(waitid(P_PID, exits, &info, WEXITED | WNOWAIT));
    show_info("exit, not reaped", &info, exits);
  }
  show(waitid(P_ALL, 0, &info, WSTOPPED | WCONTINUED | WNOHANG));
  show(waitid(P_PID, exits, &info, WEXITED));
  show_info("exit", &info, exits);
  show(waitid(P_PID, exits, &info, WEXITED));

  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    for (;;) pause();
  }
  must(setpgid(pid, pid));
  memset(&info, 0xff, sizeof info);
  show(waitid(P_ALL, 0, &info, WEXITED | WNOHANG));
  printf("nothing: signo %d, pid %d\n", info.si_signo, info.si_pid);
  must(kill(pid, SIGSTOP));
  show(waitid(P_PGID, pid, &info, WSTOPPED));
  show_info("stop", &info, pid);
  show(waitid(P_PGID, 0, &info, WSTOPPED | WNOHANG));
  must(kill(pid, SIGCONT));
  show(waitid(P_ALL, 0, &info, WCONTINUED));
  show_info("continue", &info, pid);
  must(kill(pid, SIGKILL));
  show(waitid(P_PGID, pid, &info, WEXITED | WSTOPPED));
  show_info("kill", &info, pid);

  const pid_t unread = (pid_t)must(fork());
  if (unread == 0) _exit(0);
  show(waitid(P_PID, unread, NULL, WEXITED));
  return 0;
}
