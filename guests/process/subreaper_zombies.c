// PR_SET_CHILD_SUBREAPER: who inherits a process that has ended already hears of it by SIGCHLD and
// waits for it; who ignores SIGCHLD inherits none.
// covers: prctl wait4
#include "guest.h"
#include <sys/prctl.h>

static volatile sig_atomic_t heard;
static void on_child(int number) { (void)number, ++heard; }

// A child that ends and leaves a zombie of its own behind, and one that has none for a parent.
static pid_t leave_zombie(void) {
  int told[2];
  must(pipe(told));
  const pid_t middle = (pid_t)must(fork());
  if (middle == 0) {
    const pid_t last = (pid_t)must(fork());
    if (last == 0) _exit(42);
    siginfo_t info;
    must(waitid(P_PID, (id_t)last, &info, WEXITED | WNOWAIT));
    must(write(told[1], &last, sizeof last));
    _exit(1);
  }
  pid_t last;
  must(read(told[0], &last, sizeof last));
  print_status("middle", wait_for(middle));
  must(close(told[0]));
  must(close(told[1]));
  return last;
}

int main(void) {
  must(prctl(PR_SET_CHILD_SUBREAPER, 1));
  struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_RESTART};
  must(sigaction(SIGCHLD, &action, NULL));
  change_mask(SIG_BLOCK, SIGCHLD);
  const pid_t zombie = leave_zombie();
  // The first of the two that were sent is kept: the inherited end is told before its parent's.
  const sigset_t set = set_of(SIGCHLD);
  siginfo_t info;
  expect(sigwaitinfo(&set, &info) == SIGCHLD);
  expect(info.si_pid == zombie && info.si_status == 42);
  print_status("inherited", wait_for(zombie));
  action.sa_handler = SIG_IGN;
  must(sigaction(SIGCHLD, &action, NULL));
  int told[2];
  must(pipe(told));
  const pid_t middle = (pid_t)must(fork());
  if (middle == 0) {
    action.sa_handler = SIG_DFL;
    must(sigaction(SIGCHLD, &action, NULL));
    const pid_t last = (pid_t)must(fork());
    if (last == 0) _exit(42);
    siginfo_t end;
    must(waitid(P_PID, (id_t)last, &end, WEXITED | WNOWAIT));
    must(write(told[1], &last, sizeof last));
    _exit(1);
  }
  pid_t last;
  must(read(told[0], &last, sizeof last));
  show(waitpid(-1, NULL, 0));
  show(kill(last, 0));
  return 0;
}
