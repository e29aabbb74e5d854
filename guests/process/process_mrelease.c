// process_mrelease(2): for one that SIGKILL is ending; EINVAL for one that lives on, ESRCH for
// one without memory. Where the kernel has no such call (before 5.15) there is nothing to compare.
// covers: process_mrelease pidfd_open
#include "guest.h"

enum { kProcessMrelease = 448 };

static bool known;

static void check(int fd, long flags, int error) {
  static int number;
  errno = 0;
  const long got = known ? syscall(kProcessMrelease, fd, flags) : -1;
  const bool right = !known || (got == -1 && errno == error);
  printf("%d: %s\n", ++number, right ? "ok" : errno_name(errno));
}

int main(void) {
  known = syscall(kProcessMrelease, -1, 0L) == -1 && errno == EBADF;
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    for (;;) pause();
  }
  const int child = (int)syscall(SYS_pidfd_open, pid, 0);
  check(child, 1, EINVAL);
  check(0, 0, EBADF);
  check(child, 0, EINVAL);
  must(kill(pid, SIGTERM));
  siginfo_t info;
  must(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT));
  check(child, 0, ESRCH);
  print_status("child", wait_for(pid));
  check(child, 0, ESRCH);
  // One that is being killed may be gone already.
  const pid_t killed = (pid_t)must(fork());
  if (killed == 0) {
    for (;;) pause();
  }
  const int dying = (int)syscall(SYS_pidfd_open, killed, 0);
  must(kill(killed, SIGKILL));
  const long released = known ? syscall(kProcessMrelease, dying, 0L) : 0;
  expect(released == 0 || errno == ESRCH);
  print_status("killed", wait_for(killed));
  return 0;
}
