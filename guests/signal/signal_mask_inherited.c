// fork(2), signal(7): the child inherits the mask, the dispositions and the handlers, and what it
// changes is its own.
// covers: clone rt_sigprocmask rt_sigaction
#include "guest.h"

static volatile int calls;

static void handler(int number) {
  (void)number;
  calls++;
}

static void child(void) {
  sigset_t mask;
  must(sigprocmask(SIG_BLOCK, NULL, &mask));
  struct sigaction usr2;
  must(sigaction(SIGUSR2, NULL, &usr2));
  printf("child: HUP blocked %d, TERM blocked %d, USR2 ignored %d\n", sigismember(&mask, SIGHUP),
         sigismember(&mask, SIGTERM), usr2.sa_handler == SIG_IGN);
  must(raise(SIGUSR1));
  printf("child: handler ran %d\n", calls);
  signal(SIGUSR1, SIG_DFL);
  signal(SIGUSR2, SIG_DFL);
  change_mask(SIG_UNBLOCK, SIGHUP);
}

int main(void) {
  install_handler(SIGUSR1, handler, 0);
  signal(SIGUSR2, SIG_IGN);
  change_mask(SIG_BLOCK, SIGHUP);
  print_status("child", in_child(child));
  printf("parent: handler ran %d\n", calls);
  must(raise(SIGUSR1));
  must(raise(SIGUSR2));
  must(raise(SIGHUP));
  printf("parent: handler ran %d\n", calls);
  return 0;
}
