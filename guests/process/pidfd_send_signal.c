// pidfd_send_signal(2): kill(2) by descriptor, with a siginfo of the caller's own that may not
// claim to be the kernel's; a zombie takes signals and ignores them, and a process that is gone is
// ESRCH.
// covers: pidfd_send_signal pidfd_open
#include "guest.h"

static int send(int pidfd, int signal, const siginfo_t *info, unsigned flags) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, info, flags);
}

int main(void) {
  change_mask(SIG_BLOCK, SIGUSR1);
  const int own = (int)must(syscall(SYS_pidfd_open, getpid(), 0));
  show(send(own, 0, NULL, 0));
  show(send(own, SIGUSR1, NULL, 0));
  const sigset_t set = set_of(SIGUSR1);
  siginfo_t got;
  expect(sigwaitinfo(&set, &got) == SIGUSR1);
  expect(got.si_code == SI_USER && got.si_pid == getpid());
  siginfo_t info = {.si_signo = SIGUSR1, .si_code = SI_QUEUE};
  info.si_value.sival_int = 42;
  show(send(own, SIGUSR1, &info, 0));
  expect(sigwaitinfo(&set, &got) == SIGUSR1);
  printf("value %d\n", got.si_value.sival_int);
  show(send(own, SIGUSR2, &info, 0));
  show(send(own, 65, NULL, 0));
  show(send(own, 0, NULL, 0x8000));
  show(send(own, SIGUSR1, (siginfo_t *)16, 0));
  show(send(0x3fff, SIGUSR1, NULL, 0));
  show(send(STDOUT_FILENO, SIGUSR1, NULL, 0));

  const pid_t child = (pid_t)must(fork());
  if (child == 0)
    for (;;) pause();
  const int pidfd = (int)must(syscall(SYS_pidfd_open, child, 0));
  info.si_code = SI_USER;
  show(send(pidfd, SIGUSR1, &info, 0));
  info.si_code = SI_TKILL;
  show(send(pidfd, SIGUSR1, &info, 0));
  show(send(pidfd, SIGKILL, NULL, 0));
  siginfo_t end;
  must(waitid(P_PID, (id_t)child, &end, WEXITED | WNOWAIT));
  show(send(pidfd, SIGTERM, NULL, 0));
  print_status("child", wait_for(child));
  show(send(pidfd, 0, NULL, 0));
  return 0;
}
