// execve(2): caught signals go back to the default, ignored ones stay ignored; mask, pending
// signals and alarms survive; the alternate stack does not.
// covers: execve rt_sigaction rt_sigprocmask rt_sigpending sigaltstack setitimer
#include "guest.h"

static void handler(int number) { (void)number; }

static const char *disposition(int number) {
  struct sigaction action;
  must(sigaction(number, NULL, &action));
  return action.sa_handler == SIG_DFL   ? "default"
         : action.sa_handler == SIG_IGN ? "ignored"
                                        : "caught";
}

static void show_state(const char *when) {
  sigset_t mask, pending;
  must(sigprocmask(SIG_BLOCK, NULL, &mask));
  must(sigpending(&pending));
  stack_t stack;
  must(sigaltstack(NULL, &stack));
  struct itimerval timer;
  must(getitimer(ITIMER_REAL, &timer));
  printf("%s: USR1 %s, USR2 %s, TERM %s, QUIT %s, CHLD %s\n", when, disposition(SIGUSR1),
         disposition(SIGUSR2), disposition(SIGTERM), disposition(SIGQUIT), disposition(SIGCHLD));
  printf("%s: HUP blocked %d pending %d, USR1 blocked %d, PWR blocked %d pending %d\n", when,
         sigismember(&mask, SIGHUP), sigismember(&pending, SIGHUP), sigismember(&mask, SIGUSR1),
         sigismember(&mask, SIGPWR), sigismember(&pending, SIGPWR));
  printf("%s: alternate stack %s, timer %s\n", when, stack.ss_flags & SS_DISABLE ? "off" : "on",
         timer.it_value.tv_sec > 50 ? "runs" : "off");
}

int main(int argc, char **argv) {
  if (argc > 1) {
    show_state("after");
    return 0;
  }
  install_handler(SIGUSR1, handler, 0);
  signal(SIGUSR2, SIG_IGN);
  signal(SIGTERM, SIG_DFL);
  install_handler(SIGQUIT, handler, SA_ONSTACK | SA_RESTART);
  signal(SIGCHLD, SIG_IGN);
  signal(SIGHUP, SIG_DFL);
  change_mask(SIG_BLOCK, SIGHUP);
  change_mask(SIG_BLOCK, SIGPWR);
  must(raise(SIGHUP));
  static char stack_memory[64 << 10];
  const stack_t stack = {.ss_sp = stack_memory, .ss_size = sizeof stack_memory};
  must(sigaltstack(&stack, NULL));
  alarm(100);
  show_state("before");
  execl("/proc/self/exe", argv[0], "after", (char *)NULL);
  return 1;
}
