// sigaction(2): with SIGCHLD ignored, or with SA_NOCLDWAIT, children leave no zombie: wait sleeps
// until the last has ended and then fails with ECHILD.
// covers: rt_sigaction wait4 clone
#include "guest.h"

static volatile sig_atomic_t signals;

static void on_child(int number) {
  (void)number;
  signals++;
}

static void fork_two(void) {
  for (int i = 0; i < 2; i++) {
    if (must(fork()) == 0) {
      sleep_ms(10);
      _exit(i);
    }
  }
}

int main(void) {
  signal(SIGCHLD, SIG_IGN);
  fork_two();
  show(wait(NULL));

  struct sigaction action = {0};
  action.sa_handler = on_child;
  action.sa_flags = SA_NOCLDWAIT;
  must(sigaction(SIGCHLD, &action, NULL));
  fork_two();
  long result;
  while ((result = wait(NULL)) == -1 && errno == EINTR) {
  }
  printf("wait: %ld %s\n", result, errno_name(errno));
  expect(signals > 0);

  signal(SIGCHLD, SIG_DFL);
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) _exit(4);
  print_status("child with the default disposition", wait_for(pid));

  // Ignoring it only after the child has ended does not reap that child.
  const pid_t zombie = (pid_t)must(fork());
  if (zombie == 0) _exit(5);
  siginfo_t info;
  must(waitid(P_PID, zombie, &info, WEXITED | WNOWAIT));
  signal(SIGCHLD, SIG_IGN);
  print_status("older zombie", wait_for(zombie));
  return 0;
}
