// clock_gettime(2), clock_getcpuclockid(3), clock_nanosleep(2), clock_settime(2): CPU-time clocks
// of processes and threads by number, and what is no clock.
// covers: clock_gettime clock_getres clock_nanosleep clock_settime
#include "guest.h"

static clockid_t process_clock(pid_t pid) { return (clockid_t)(~(unsigned)pid << 3 | 2); }
static clockid_t thread_clock(pid_t tid) { return (clockid_t)(~(unsigned)tid << 3 | 6); }

static long nap(clockid_t clock) {
  const struct timespec none = {0, 0};
  return syscall(SYS_clock_nanosleep, clock, 0, &none, NULL);
}

int main(void) {
  struct timespec t, own;
  const pid_t self = getpid();
  show(clock_gettime(process_clock(self), &t));
  must(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own));
  expect(own.tv_sec > t.tv_sec || own.tv_nsec >= t.tv_nsec);
  show(clock_gettime(process_clock(0), &t));
  show(clock_gettime(thread_clock(0), &t));
  show(clock_gettime(thread_clock(self), &t));
  show(clock_getres(thread_clock(self), &t));
  expect(t.tv_sec == 0 && t.tv_nsec == 1);

  int ends[2];
  must(pipe(ends));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    char c;
    close(ends[1]);
    _exit(read(ends[0], &c, 1) != 0);
  }
  show(clock_gettime(process_clock(pid), &t));
  show(clock_gettime(thread_clock(pid), &t));
  close(ends[1]);
  siginfo_t info;
  must(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT));
  show(clock_gettime(process_clock(pid), &t));
  print_status("child", wait_for(pid));
  show(clock_gettime(process_clock(pid), &t));
  show(clock_gettime(process_clock(self) | 3, &t));
  show(clock_gettime(10, &t));
  show(clock_gettime(77, &t));
  show(clock_gettime(CLOCK_TAI, &t));
  show(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, 16L));
  show(syscall(SYS_clock_getres, CLOCK_MONOTONIC, 0L));

  show(nap(CLOCK_THREAD_CPUTIME_ID));
  show(nap(CLOCK_MONOTONIC_RAW));
  show(nap(CLOCK_MONOTONIC_COARSE));
  show(nap(CLOCK_TAI));
  show(nap(CLOCK_PROCESS_CPUTIME_ID));
  show(nap(thread_clock(self)));
  show(nap(process_clock(pid)));
  show(nap(77));

  show(syscall(SYS_clock_settime, CLOCK_MONOTONIC, &t));
  show(syscall(SYS_clock_settime, CLOCK_PROCESS_CPUTIME_ID, &t));
  show(syscall(SYS_clock_settime, process_clock(self), &t));
  show(syscall(SYS_clock_settime, process_clock(pid), &t));
  show(syscall(SYS_clock_settime, CLOCK_REALTIME, 16L));
  t.tv_nsec = -1;
  show(syscall(SYS_clock_settime, CLOCK_REALTIME, &t));
  return 0;
}
