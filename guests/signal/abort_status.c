// abort(3): the process dies of SIGABRT even when the signal is ignored, blocked, or caught by a
// handler that returns.
// covers: tgkill rt_sigaction rt_sigprocmask
#include "guest.h"

static void handler(int number) { printf("handled %s\n", signal_name(number)); }

static void plain(void) {
  signal(SIGABRT, SIG_DFL);
  abort();
}

static void ignored(void) {
  signal(SIGABRT, SIG_IGN);
  abort();
}

static void blocked(void) {
  signal(SIGABRT, SIG_DFL);
  change_mask(SIG_BLOCK, SIGABRT);
  abort();
}

static void caught(void) {
  install_handler(SIGABRT, handler, 0);
  abort();
}

int main(void) {
  print_status("plain", in_child(plain));
  print_status("ignored", in_child(ignored));
  print_status("blocked", in_child(blocked));
  print_status("caught", in_child(caught));
  return 0;
}
