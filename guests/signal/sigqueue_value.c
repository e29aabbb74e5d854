// sigqueue(3), rt_sigqueueinfo(2): value, sender and code arrive; a process may not pretend to be
// the kernel towards another; unknown processes and numbers are refused.
// covers: rt_sigqueueinfo rt_tgsigqueueinfo
#include "guest.h"

static volatile sig_atomic_t calls;
static siginfo_t got;

static void handler(int number, siginfo_t *info, void *context) {
  (void)number, (void)context;
  calls++;
  got = *info;
}

int main(void) {
  install_info_handler(SIGUSR1, handler, 0);
  const union sigval value = {.sival_ptr = (void *)0x123456789abcdef0};
  show(sigqueue(getpid(), SIGUSR1, value));
  expect(got.si_signo == SIGUSR1);
  expect(got.si_code == SI_QUEUE);
  expect(got.si_pid == getpid());
  expect(got.si_uid == getuid());
  expect(got.si_value.sival_ptr == value.sival_ptr);

  siginfo_t made = {0};
  made.si_code = -77;
  made.si_value.sival_int = 5;
  show(syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR1, &made));
  printf("signo %d, code %d, value %d\n", got.si_signo, got.si_code, got.si_value.sival_int);
  show(syscall(SYS_rt_tgsigqueueinfo, getpid(), syscall(SYS_gettid), SIGUSR1, &made));
  show(calls);

  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    for (;;) pause();
  }
  made.si_code = SI_USER;
  show(syscall(SYS_rt_sigqueueinfo, pid, SIGUSR1, &made));
  made.si_code = SI_TKILL;
  show(syscall(SYS_rt_sigqueueinfo, pid, SIGUSR1, &made));
  made.si_code = SI_USER;
  show(syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR1, &made));
  show(sigqueue(pid, 0, value));
  must(sigqueue(pid, SIGTERM, value));
  print_status("child", wait_for(pid));
  show(sigqueue(pid, 0, value));
  show(sigqueue(0x3fffffff, SIGUSR1, value));
  show(sigqueue(getpid(), 65, value));
  show(sigqueue(getpid(), -1, value));
  show(syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR1, NULL));
  return 0;
}
