// sigaction(2): SA_NOCLDSTOP keeps stops quiet, SA_NOCLDWAIT leaves no zombies and still signals,
// SIGCHLDs coalesce; an unknown flag is cleared, SA_EXPOSE_TAGBITS is known.
// covers: rt_sigaction wait4 kill
#include "guest.h"

static volatile int calls;

static void handler(int number) {
  (void)number;
  calls++;
}

static pid_t start_child(int *go) {
  int ends[2];
  must(pipe(ends));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    char c;
    close(ends[1]);
    _exit(read(ends[0], &c, 1) == 0 ? 5 : 6);
  }
  close(ends[0]);
  *go = ends[1];
  return pid;
}

int main(void) {
  int go, status;
  install_handler(SIGCHLD, handler, SA_NOCLDSTOP | SA_RESTART);
  pid_t pid = start_child(&go);
  must(kill(pid, SIGSTOP));
  expect(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
  must(kill(pid, SIGCONT));
  expect(waitpid(pid, &status, WCONTINUED) == pid && WIFCONTINUED(status));
  show(calls);
  close(go);
  print_status("child", wait_for(pid));
  show(calls);

  install_handler(SIGCHLD, handler, SA_RESTART);
  calls = 0;
  pid = start_child(&go);
  must(kill(pid, SIGSTOP));
  expect(waitpid(pid, &status, WUNTRACED) == pid);
  while (calls == 0) sched_yield();  // the stop can be seen a moment before it is told
  must(kill(pid, SIGKILL));
  print_status("child", wait_for(pid));
  show(calls);

  install_handler(SIGCHLD, handler, SA_NOCLDWAIT | SA_RESTART);
  calls = 0;
  pid = start_child(&go);
  close(go);
  show(waitpid(pid, &status, 0));
  show(calls);

  install_handler(SIGCHLD, handler, SA_RESTART);
  calls = 0;
  change_mask(SIG_BLOCK, SIGCHLD);
  for (int i = 0; i < 3; i++) {
    pid = start_child(&go);
    close(go);
    siginfo_t info;
    must(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT));
  }
  change_mask(SIG_UNBLOCK, SIGCHLD);
  show(calls);
  for (int i = 0; i < 3; i++) must(wait(NULL));
  show(wait(NULL));

  struct {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    unsigned long mask;
  } action;
  must(syscall(SYS_rt_sigaction, SIGUSR1, NULL, &action, 8L));
  action.flags |= 0x400 | 0x800;
  must(syscall(SYS_rt_sigaction, SIGUSR1, &action, NULL, 8L));
  must(syscall(SYS_rt_sigaction, SIGUSR1, NULL, &action, 8L));
  show(action.flags & (0x400 | 0x800));
  return 0;
}
