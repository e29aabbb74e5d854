// nanosleep(2): a handler ends the sleep with EINTR and the rest in `rem`; an ignored signal or a
// stop does not end it.
// covers: nanosleep clock_nanosleep kill
#include "guest.h"

static void handler(int number) { (void)number; }

static bool plausible(const struct timespec *left) {
  return left->tv_sec >= 4 && left->tv_sec < 20 && left->tv_nsec >= 0 && left->tv_nsec < 1000000000;
}

int main(void) {
  install_handler(SIGALRM, handler, SA_RESTART);
  const struct itimerval soon = {{0, 0}, {0, 20000}};
  const struct timespec wanted = {20, 0};
  struct timespec left = {0, 0};
  must(setitimer(ITIMER_REAL, &soon, NULL));
  show(nanosleep(&wanted, &left));
  expect(plausible(&left));
  must(setitimer(ITIMER_REAL, &soon, NULL));
  left.tv_sec = 0;
  printf("%s\n", errno_name(clock_nanosleep(CLOCK_REALTIME, 0, &wanted, &left)));
  expect(plausible(&left));
  // With an absolute time there is no rest.
  struct timespec deadline;
  must(clock_gettime(CLOCK_MONOTONIC, &deadline));
  deadline.tv_sec += 20;
  left.tv_sec = 12345;
  must(setitimer(ITIMER_REAL, &soon, NULL));
  printf("%s\n", errno_name(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, &left)));
  expect(left.tv_sec == 12345);

  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    signal(SIGUSR1, SIG_IGN);
    const struct timespec short_time = {0, 60000000};
    _exit(nanosleep(&short_time, NULL) == 0 ? 9 : 1);
  }
  sleep_ms(5);
  int status;
  must(kill(pid, SIGSTOP));
  must(waitpid(pid, &status, WUNTRACED));
  print_status("child", status);
  must(kill(pid, SIGCONT));
  must(kill(pid, SIGCHLD));
  print_status("child", wait_for(pid));
  return 0;
}
