// tgkill(2): a signal sent to a thread of another process arrives there, with SI_TKILL and the
// sender's pid.
// covers: tgkill gettid rt_sigtimedwait
#include "guest.h"

int main(void) {
  change_mask(SIG_BLOCK, SIGUSR1);
  int channel[2];
  must(pipe(channel));
  const pid_t parent = getpid();
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    const sigset_t set = set_of(SIGUSR1);
    siginfo_t info;
    // A libc may turn SI_TKILL into SI_USER here.
    must(syscall(SYS_rt_sigtimedwait, &set, &info, NULL, 8L));
    const char answer[2] = {info.si_code == SI_TKILL, info.si_pid == parent};
    must(write(channel[1], answer, 2));
    _exit(0);
  }
  show(syscall(SYS_tgkill, parent, pid, SIGUSR1));
  show(syscall(SYS_tgkill, pid, pid, SIGUSR1));
  print_status("child", wait_for(pid));
  char answer[2] = {0};
  must(read(channel[0], answer, 2));
  printf("SI_TKILL %d, sender %d\n", answer[0], answer[1]);
  show(syscall(SYS_tgkill, pid, pid, SIGUSR1));
  return 0;
}
