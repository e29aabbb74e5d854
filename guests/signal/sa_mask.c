// sigaction(2): the signals of sa_mask are blocked while the handler runs and delivered after it;
// the old mask returns with it, and SIGKILL and SIGSTOP are never in a mask.
// covers: rt_sigaction rt_sigprocmask rt_sigpending
#include "guest.h"

static void other(int number) { printf("%s delivered\n", signal_name(number)); }

static void handler(int number) {
  sigset_t mask, pending;
  must(sigprocmask(SIG_BLOCK, NULL, &mask));
  printf("%s: USR1 %d USR2 %d HUP %d TERM %d KILL %d STOP %d\n", signal_name(number),
         sigismember(&mask, SIGUSR1), sigismember(&mask, SIGUSR2), sigismember(&mask, SIGHUP),
         sigismember(&mask, SIGTERM), sigismember(&mask, SIGKILL), sigismember(&mask, SIGSTOP));
  must(raise(SIGUSR2));
  must(raise(SIGTERM));
  must(sigpending(&pending));
  printf("pending: USR2 %d TERM %d\n", sigismember(&pending, SIGUSR2),
         sigismember(&pending, SIGTERM));
}

int main(void) {
  struct sigaction action = {0}, read_back;
  action.sa_handler = handler;
  sigfillset(&action.sa_mask);
  sigdelset(&action.sa_mask, SIGTERM);
  sigdelset(&action.sa_mask, SIGHUP);
  must(sigaction(SIGUSR1, &action, NULL));
  must(sigaction(SIGUSR1, NULL, &read_back));
  printf("read back: USR2 %d TERM %d KILL %d STOP %d\n", sigismember(&read_back.sa_mask, SIGUSR2),
         sigismember(&read_back.sa_mask, SIGTERM), sigismember(&read_back.sa_mask, SIGKILL),
         sigismember(&read_back.sa_mask, SIGSTOP));
  install_handler(SIGUSR2, other, 0);
  install_handler(SIGTERM, other, 0);
  change_mask(SIG_BLOCK, SIGHUP);
  must(raise(SIGUSR1));
  sigset_t mask;
  must(sigprocmask(SIG_BLOCK, NULL, &mask));
  printf("after: USR1 %d USR2 %d HUP %d\n", sigismember(&mask, SIGUSR1),
         sigismember(&mask, SIGUSR2), sigismember(&mask, SIGHUP));
  return 0;
}
