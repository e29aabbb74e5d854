// signalfd(2): a descriptor inherited over fork reads the reader's own signals; a blocking read
// waits for one; SIGCHLD's record tells how the child ended, a timer's which timer.
// covers: signalfd4 clone timer_create
#include "guest.h"
#include <sys/signalfd.h>

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGALRM);
  must(sigprocmask(SIG_BLOCK, &set, NULL));
  const int fd = (int)must(signalfd(-1, &set, 0));
  must(raise(SIGUSR1));
  struct signalfd_siginfo got;
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    must(fcntl(fd, F_SETFL, O_NONBLOCK));
    if (read(fd, &got, sizeof got) != -1 || errno != EAGAIN) _exit(1);
    must(fcntl(fd, F_SETFL, 0));
    must(kill(getpid(), SIGUSR1));
    if (read(fd, &got, sizeof got) != 128 || got.ssi_pid != (uint32_t)getpid()) _exit(2);
    _exit(42);
  }
  show(read(fd, &got, sizeof got));
  expect(got.ssi_signo == SIGUSR1);
  show(read(fd, &got, sizeof got));
  expect(got.ssi_signo == SIGCHLD && got.ssi_pid == (uint32_t)pid);
  printf("code %d, status %d\n", got.ssi_code, got.ssi_status);
  print_status("child", wait_for(pid));

  timer_t timer;
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
  event.sigev_value.sival_int = 99;
  must(timer_create(CLOCK_MONOTONIC, &event, &timer));
  must(timer_settime(timer, 0, &(struct itimerspec){{0, 0}, {0, 1000000}}, NULL));
  show(read(fd, &got, sizeof got));
  printf("signo %d, code %d, overrun %d, int %d, tid %d\n", (int)got.ssi_signo, got.ssi_code,
         (int)got.ssi_overrun, got.ssi_int, (int)got.ssi_tid);
  return 0;
}
