// wait4(2), getrusage(2): the usage returned is the child's own, it is added to RUSAGE_CHILDREN
// when the child is reaped and not before, and includes what the child's own reaped children used.
// covers: wait4 waitid getrusage times
#include "guest.h"
#include <sys/times.h>

static long microseconds(const struct rusage *usage) {
  return (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000L + usage->ru_utime.tv_usec +
         usage->ru_stime.tv_usec;
}

static void burn(long wanted) {
  struct rusage usage;
  volatile unsigned long work = 0;
  do {
    for (int i = 0; i < 20000; i++) work += i;
    must(getrusage(RUSAGE_SELF, &usage));
  } while (microseconds(&usage) < wanted);
}

static void grandchild(void) { burn(40000); }

int main(void) {
  struct rusage children, child;
  must(getrusage(RUSAGE_CHILDREN, &children));
  expect(microseconds(&children) == 0);
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    must(in_child(grandchild));
    _exit(0);
  }
  siginfo_t info;
  must(waitid(P_PID, pid, &info, WEXITED | WNOWAIT));
  must(getrusage(RUSAGE_CHILDREN, &children));
  expect(microseconds(&children) == 0);
  int status = -1;
  memset(&child, 0xff, sizeof child);
  expect(wait4(pid, &status, 0, &child) == pid);
  print_status("child", status);
  expect(microseconds(&child) >= 40000);
  must(getrusage(RUSAGE_CHILDREN, &children));
  expect(microseconds(&children) >= 40000);
  expect(microseconds(&children) < 5000000);
  struct tms ticks;
  must(times(&ticks));
  expect(ticks.tms_cutime + ticks.tms_cstime >= 3);

  const pid_t second = (pid_t)must(fork());
  if (second == 0) _exit(1);
  memset(&child, 0xff, sizeof child);
  show(syscall(SYS_waitid, P_PID, second, &info, WEXITED, &child));
  expect(microseconds(&child) < 5000000);
  show(getrusage(99, &child));
  return 0;
}
