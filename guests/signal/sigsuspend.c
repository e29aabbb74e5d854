// sigsuspend(2): exchanges the mask and sleeps in one step, runs the handlers of what that
// unblocks, fails with EINTR and puts the old mask back.
// covers: rt_sigsuspend rt_sigprocmask kill
#include "guest.h"

static volatile int usr1, usr2;

static void handler(int number) {
  if (number == SIGUSR1) usr1++;
  if (number == SIGUSR2) usr2++;
  sigset_t mask;
  must(sigprocmask(SIG_BLOCK, NULL, &mask));
  printf("in %s: USR1 %d USR2 %d HUP %d\n", signal_name(number), sigismember(&mask, SIGUSR1),
         sigismember(&mask, SIGUSR2), sigismember(&mask, SIGHUP));
}

int main(void) {
  install_handler(SIGUSR1, handler, 0);
  install_handler(SIGUSR2, handler, 0);
  change_mask(SIG_BLOCK, SIGUSR1);
  change_mask(SIG_BLOCK, SIGUSR2);
  must(raise(SIGUSR1));
  must(raise(SIGUSR2));
  printf("USR1 %d, USR2 %d\n", usr1, usr2);
  sigset_t wanted;
  sigfillset(&wanted);
  sigdelset(&wanted, SIGUSR1);
  show(sigsuspend(&wanted));
  printf("USR1 %d, USR2 %d\n", usr1, usr2);
  sigset_t mask;
  must(sigprocmask(SIG_BLOCK, NULL, &mask));
  printf("after: USR1 %d USR2 %d HUP %d\n", sigismember(&mask, SIGUSR1),
         sigismember(&mask, SIGUSR2), sigismember(&mask, SIGHUP));
  sigemptyset(&wanted);
  show(sigsuspend(&wanted));
  printf("USR1 %d, USR2 %d\n", usr1, usr2);

  const pid_t parent = getpid();
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    sleep_ms(10);
    kill(parent, SIGUSR1);
    _exit(0);
  }
  show(sigsuspend(&wanted));
  printf("USR1 %d, USR2 %d\n", usr1, usr2);
  print_status("child", wait_for(pid));
  show(syscall(SYS_rt_sigsuspend, 16L, 8L));
  show(syscall(SYS_rt_sigsuspend, &wanted, 4L));
  return 0;
}
