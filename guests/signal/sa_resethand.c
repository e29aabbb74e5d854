// sigaction(2), SA_RESETHAND: the disposition is back to the default when the handler starts, so a
// second signal kills.
// covers: rt_sigaction kill
#include "guest.h"

static void handler(int number) {
  struct sigaction now;
  must(sigaction(number, NULL, &now));
  sigset_t mask;
  must(sigprocmask(SIG_BLOCK, NULL, &mask));
  printf("in the handler: default %d, blocked %d, flag kept %d\n", now.sa_handler == SIG_DFL,
         sigismember(&mask, number), (now.sa_flags & (int)SA_RESETHAND) != 0);
}

static int extra_flags;

static void twice(void) {
  install_handler(SIGTERM, handler, (int)SA_RESETHAND | extra_flags);
  must(kill(getpid(), SIGTERM));
  printf("after the first\n");
  must(kill(getpid(), SIGTERM));
  printf("after the second\n");
}

int main(void) {
  print_status("SA_RESETHAND", in_child(twice));
  extra_flags = SA_NODEFER;
  print_status("SA_RESETHAND|SA_NODEFER", in_child(twice));
  return 0;
}
