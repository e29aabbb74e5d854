// fork(2): the child starts without pending signals and without alarms, whatever its parent has.
// covers: clone rt_sigpending getitimer
#include "guest.h"

static void show_pending(const char *who) {
  sigset_t pending;
  must(sigpending(&pending));
  printf("%s: HUP %d RT %d\n", who, sigismember(&pending, SIGHUP),
         sigismember(&pending, SIGRTMIN + 1));
}

static void child(void) {
  show_pending("child");
  show(alarm(0));
  change_mask(SIG_UNBLOCK, SIGHUP);
  change_mask(SIG_UNBLOCK, SIGRTMIN + 1);
}

static void dies(void) {
  signal(SIGHUP, SIG_DFL);
  change_mask(SIG_UNBLOCK, SIGHUP);
  must(raise(SIGHUP));
}

int main(void) {
  change_mask(SIG_BLOCK, SIGHUP);
  change_mask(SIG_BLOCK, SIGRTMIN + 1);
  must(raise(SIGHUP));
  must(raise(SIGRTMIN + 1));
  must(kill(getpid(), SIGRTMIN + 1));
  alarm(100);
  show_pending("parent");
  print_status("child", in_child(child));
  show_pending("parent");
  show(alarm(0));
  print_status("child that raises it", in_child(dies));
  return 0;
}
