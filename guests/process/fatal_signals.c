// signal(7): every standard signal whose default action is to terminate reads as WIFSIGNALED with
// its own number, never as an exit code; those ignored by default let the process live.
// covers: kill wait4 rt_sigaction prlimit64
#include "guest.h"

static int number;

static void die(void) {
  signal(number, SIG_DFL);
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_UNBLOCK, &all, NULL);
  kill(getpid(), number);
  _exit(17);
}

int main(void) {
  for (number = 1; number < 32; number++) {
    if (number == SIGSTOP || number == SIGTSTP || number == SIGTTIN || number == SIGTTOU) continue;
    const int status = in_child(die);
    printf("%d %s: low bits %#x exited %d signaled %d\n", number, signal_name(number),
           (unsigned)status & 0xff7f, WIFEXITED(status), WIFSIGNALED(status));
  }
  number = SIGRTMIN;
  expect(WTERMSIG(in_child(die)) == SIGRTMIN);
  number = SIGRTMAX;
  print_status("child", in_child(die));
  return 0;
}
