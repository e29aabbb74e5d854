// Signal calls: sets, actions and siginfo may end at the edge of memory, one byte over is EFAULT.
// covers: rt_sigaction rt_sigprocmask rt_sigpending rt_sigtimedwait rt_sigqueueinfo rt_sigsuspend
// covers: sigaltstack
#include "guest.h"
#include "edge.h"

static void handler(int number) { (void)number; }

static long wait_for_signal(const void *set, void *info, const void *time) {
  must(raise(SIGUSR1));
  const long result = syscall(SYS_rt_sigtimedwait, set, info, time, 8L);
  const int error = errno;
  // What a failed call may or may not have taken.
  const uint64_t usr1 = 1 << (SIGUSR1 - 1);
  const struct timespec now = {0, 0};
  syscall(SYS_rt_sigtimedwait, &usr1, NULL, &now, 8L);
  errno = error;
  return result;
}

int main(void) {
  // The kernel's own layouts: a mask is 64 bits, an action three words and a mask.
  const uint64_t set = 1 << (SIGUSR1 - 1);
  uint64_t action[4];
  must(syscall(SYS_rt_sigaction, SIGUSR2, NULL, action, 8L));
  at_edges(sizeof action, NULL, syscall(SYS_rt_sigaction, SIGUSR2, NULL, p, 8L));
  at_edges(sizeof action, action, syscall(SYS_rt_sigaction, SIGUSR2, p, NULL, 8L));
  at_edges(sizeof set, &set, syscall(SYS_rt_sigprocmask, SIG_BLOCK, p, NULL, 8L));
  at_edges(sizeof set, NULL, syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, p, 8L));
  at_edges(sizeof set, NULL, syscall(SYS_rt_sigpending, p, 8L));
  change_mask(SIG_BLOCK, SIGUSR1);
  const struct timespec now = {0, 0};
  at_edges(sizeof set, &set, wait_for_signal(p, NULL, NULL));
  at_edges(sizeof(siginfo_t), NULL, wait_for_signal(&set, p, &now));
  at_edges(sizeof now, &now, wait_for_signal(&set, NULL, p));
  siginfo_t info = {0};
  info.si_code = SI_QUEUE;
  signal(SIGUSR2, SIG_IGN);
  // Linux reads only as much of it as its code says, so one byte over is not asked for.
  at_edges(sizeof info, &info,
           syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR2, edge_number == 1 ? &info : p));
  const stack_t off = {.ss_flags = SS_DISABLE};
  at_edges(sizeof off, &off, syscall(SYS_sigaltstack, p, NULL));
  at_edges(sizeof off, NULL, syscall(SYS_sigaltstack, NULL, p));
  // sigsuspend always fails: with EINTR when the set could be read.
  install_handler(SIGALRM, handler, 0);
  const struct itimerval often = {{0, 5000}, {0, 5000}}, never = {{0, 0}, {0, 0}};
  must(setitimer(ITIMER_REAL, &often, NULL));
  const uint64_t none = 0;
  change_mask(SIG_BLOCK, SIGALRM);
  at_edges(sizeof none, &none, syscall(SYS_rt_sigsuspend, p, 8L));
  must(setitimer(ITIMER_REAL, &never, NULL));
  return 0;
}
