// pause(2): sleeps until a handler has run, then fails with EINTR; a signal that is ignored does
// not end it.
// covers: ppoll kill rt_sigaction
#include "guest.h"

static volatile int usr1;

static void handler(int number) {
  (void)number;
  usr1++;
}

int main(void) {
  install_handler(SIGUSR1, handler, 0);
  signal(SIGUSR2, SIG_IGN);
  const pid_t parent = getpid();
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    kill(parent, SIGUSR2);
    // Again and again, since the first may come before the parent sleeps.
    while (getppid() == parent) {
      kill(parent, SIGUSR1);
      sleep_ms(10);
    }
    _exit(0);
  }
  show(pause());
  expect(usr1 > 0);
  must(kill(pid, SIGKILL));
  print_status("child", wait_for(pid));
  return 0;
}
