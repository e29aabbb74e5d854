// raise(3), tgkill(2): a signal a thread sends itself is handled before the call returns, with code
// SI_TKILL and the sender's ids; one sent by kill has SI_USER.
// covers: tgkill tkill kill
#include "guest.h"

static void handler(int number, siginfo_t *info, void *context) {
  (void)context;
  printf("%s: code %s, own pid %d, own uid %d\n", signal_name(number),
         info->si_code == SI_TKILL  ? "SI_TKILL"
         : info->si_code == SI_USER ? "SI_USER"
                                    : "?",
         info->si_pid == getpid(), info->si_uid == getuid());
}

int main(void) {
  install_info_handler(SIGFPE, handler, 0);
  show(raise(SIGFPE));
  show(kill(getpid(), SIGFPE));
  show(syscall(SYS_tkill, syscall(SYS_gettid), SIGFPE));
  show(syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGFPE));
  return 0;
}
