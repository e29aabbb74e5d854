// sigaction(2), SIGCHLD: the handler learns who changed state and how; SA_NOCLDSTOP leaves stops
// and continues out; the child can be reaped from the handler.
// covers: rt_sigaction kill wait4 rt_sigsuspend
#include "guest.h"

static volatile sig_atomic_t calls;
static siginfo_t got;

static void handler(int number, siginfo_t *info, void *context) {
  (void)number, (void)context;
  got = *info;
  calls++;
}

static void show_next(const char *what, pid_t pid) {
  sigset_t none;
  sigemptyset(&none);
  while (calls == 0) sigsuspend(&none);
  calls = 0;
  static const char *const kCodes[] = {"?",           "CLD_EXITED",  "CLD_KILLED",   "CLD_DUMPED",
                                       "CLD_TRAPPED", "CLD_STOPPED", "CLD_CONTINUED"};
  printf("%s: code %s, status %d, pid right %d, uid right %d\n", what, kCodes[got.si_code],
         got.si_status, got.si_pid == pid, got.si_uid == getuid());
}

int main(void) {
  change_mask(SIG_BLOCK, SIGCHLD);
  install_info_handler(SIGCHLD, handler, 0);
  const pid_t exits = (pid_t)must(fork());
  if (exits == 0) _exit(77);
  show_next("exit", exits);
  print_status("child", wait_for(exits));

  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    for (;;) pause();
  }
  must(kill(pid, SIGSTOP));
  show_next("stop", pid);
  must(kill(pid, SIGCONT));
  show_next("continue", pid);
  install_info_handler(SIGCHLD, handler, SA_NOCLDSTOP);
  must(kill(pid, SIGSTOP));
  int status;
  must(waitpid(pid, &status, WUNTRACED));
  print_status("child", status);
  must(kill(pid, SIGCONT));
  must(waitpid(pid, &status, WCONTINUED));
  print_status("child", status);
  show(calls);
  must(kill(pid, SIGKILL));
  show_next("kill", pid);
  print_status("child", wait_for(pid));
  return 0;
}
