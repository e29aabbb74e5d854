// signal(7), kill(2): a stop signal drops a pending SIGCONT and the other way round, blocked or
// not; SIGCONT continues a process that blocks or ignores it.
// covers: kill rt_sigpending wait4
#include "guest.h"

static bool is_pending(int number) {
  sigset_t set;
  must(sigpending(&set));
  return sigismember(&set, number) == 1;
}

int main(void) {
  change_mask(SIG_BLOCK, SIGCONT);
  change_mask(SIG_BLOCK, SIGTSTP);
  change_mask(SIG_BLOCK, SIGTTIN);
  must(raise(SIGTSTP));
  must(raise(SIGTTIN));
  expect(is_pending(SIGTSTP) && is_pending(SIGTTIN));
  must(raise(SIGCONT));
  expect(!is_pending(SIGTSTP) && !is_pending(SIGTTIN) && is_pending(SIGCONT));
  must(raise(SIGTSTP));
  expect(is_pending(SIGTSTP) && !is_pending(SIGCONT));
  must(raise(SIGCONT));
  expect(!is_pending(SIGTSTP));

  signal(SIGCONT, SIG_IGN);
  int ends[2], status;
  must(pipe(ends));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    char c;
    close(ends[1]);
    _exit(read(ends[0], &c, 1) == 1 ? 7 : 8);
  }
  must(kill(pid, SIGSTOP));
  expect(waitpid(pid, &status, WUNTRACED) == pid && WSTOPSIG(status) == SIGSTOP);
  must(kill(pid, SIGTERM));
  must(kill(pid, SIGSTOP));
  expect(waitpid(pid, &status, WUNTRACED | WNOHANG | WCONTINUED) == 0);
  must(kill(pid, SIGCONT));
  print_status("child", wait_for(pid));
  return 0;
}
