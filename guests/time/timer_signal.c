// timer_create(2), timer_settime(2): each expiry sends the signal asked for with the value given,
// or SIGALRM with the timer's id; one signal at a time is queued and the rest are counted.
// covers: timer_create timer_settime timer_gettime timer_getoverrun timer_delete
#include "guest.h"

static void take(const sigset_t *set) {
  siginfo_t info;
  const int got = sigwaitinfo(set, &info);
  printf("got %s, code %d, int %d\n", got == SIGRTMIN + 3 ? "SIGRTMIN+3" : strsignal(got),
         info.si_code, info.si_value.sival_int);
}

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGALRM);
  sigaddset(&set, SIGRTMIN + 3);
  must(sigprocmask(SIG_BLOCK, &set, NULL));
  int own, second;
  show(syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &own));
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 3};
  event.sigev_value.sival_int = 1234;
  show(syscall(SYS_timer_create, CLOCK_REALTIME, &event, &second));
  expect(own != second);

  struct itimerspec setting = {{0, 0}, {0, 1000000}}, old;
  show(syscall(SYS_timer_settime, own, 0, &setting, NULL));
  siginfo_t info;
  expect(sigwaitinfo(&set, &info) == SIGALRM);
  expect(info.si_code == SI_TIMER && info.si_value.sival_int == own && info.si_timerid == own);
  show(syscall(SYS_timer_gettime, own, &old));
  expect(old.it_value.tv_sec == 0 && old.it_value.tv_nsec == 0);
  show(syscall(SYS_timer_settime, second, 0, &setting, NULL));
  take(&set);

  // In the past: at once.
  setting.it_value = (struct timespec){1, 0};
  show(syscall(SYS_timer_settime, second, TIMER_ABSTIME, &setting, NULL));
  sigset_t pending;
  must(sigpending(&pending));
  expect(sigismember(&pending, SIGRTMIN + 3) == 1);
  take(&set);

  // An interval of a millisecond, looked at after twenty.
  setting = (struct itimerspec){{0, 1000000}, {0, 1000000}};
  show(syscall(SYS_timer_settime, second, 0, &setting, NULL));
  sleep_ms(20);
  expect(sigwaitinfo(&set, &info) == SIGRTMIN + 3);
  expect(info.si_overrun >= 15);
  expect(syscall(SYS_timer_getoverrun, second) == info.si_overrun);
  take(&set);
  setting = (struct itimerspec){{5, 0}, {100, 0}};
  show(syscall(SYS_timer_settime, second, 0, &setting, &old));
  expect(old.it_interval.tv_nsec == 1000000 && old.it_value.tv_nsec <= 1000000);
  show(syscall(SYS_timer_gettime, second, &old));
  expect(old.it_interval.tv_sec == 5 && old.it_value.tv_sec <= 100 && old.it_value.tv_sec > 90);
  show(syscall(SYS_timer_getoverrun, second));
  setting = (struct itimerspec){{5, 0}, {0, 0}};
  show(syscall(SYS_timer_settime, second, 0, &setting, NULL));
  show(syscall(SYS_timer_gettime, second, &old));
  expect(old.it_interval.tv_sec == 0 && old.it_value.tv_sec == 0);
  show(syscall(SYS_timer_delete, second));
  show(syscall(SYS_timer_delete, second));
  show(syscall(SYS_timer_gettime, second, &old));
  return 0;
}
