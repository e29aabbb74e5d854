// sigtimedwait(2): takes a pending signal without its handler running, fails with EAGAIN when time
// is up and EINVAL for a bad time, and tells the sender.
// covers: rt_sigtimedwait rt_sigprocmask
#include "guest.h"

static volatile int calls;

static void handler(int number) {
  (void)number;
  calls++;
}

int main(void) {
  install_handler(SIGUSR1, handler, 0);
  install_handler(SIGUSR2, handler, 0);
  change_mask(SIG_BLOCK, SIGUSR1);
  const sigset_t set = set_of(SIGUSR1);
  struct timespec time = {0, 0};
  siginfo_t info;
  show(sigtimedwait(&set, &info, &time));
  must(kill(getpid(), SIGUSR1));
  memset(&info, 0xff, sizeof info);
  expect(sigtimedwait(&set, &info, &time) == SIGUSR1);
  printf("signo %d, code %d, pid right %d\n", info.si_signo, info.si_code, info.si_pid == getpid());
  time.tv_nsec = 20000000;
  struct timespec before, after;
  must(clock_gettime(CLOCK_MONOTONIC, &before));
  show(sigtimedwait(&set, NULL, &time));
  must(clock_gettime(CLOCK_MONOTONIC, &after));
  expect((after.tv_sec - before.tv_sec) * 1000000000L + after.tv_nsec - before.tv_nsec >= 20000000);
  time.tv_nsec = 1000000000;
  show(sigtimedwait(&set, NULL, &time));
  time.tv_nsec = -1;
  show(sigtimedwait(&set, NULL, &time));

  const pid_t parent = getpid();
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    sleep_ms(10);
    kill(parent, SIGUSR1);
    _exit(0);
  }
  expect(sigwaitinfo(&set, &info) == SIGUSR1);
  expect(info.si_pid == pid);
  print_status("child", wait_for(pid));
  show(calls);
  int number = -1;
  must(raise(SIGUSR1));
  show(sigwait(&set, &number));
  show(number);
  show(syscall(SYS_rt_sigtimedwait, &set, NULL, NULL, 4L));
  show(syscall(SYS_rt_sigtimedwait, 16L, NULL, NULL, 8L));
  return 0;
}
