// process_madvise(2): advice about ranges of a process named by a pidfd; bytes count up to a range
// that fails. Where the kernel has no such call (before 5.10) there is nothing to compare.
// covers: process_madvise pidfd_open
#include "guest.h"

#include <sys/uio.h>

enum { kProcessMadvise = 440, kWillNeed = 3, kCold = 20, kPageOut = 21 };

static bool known;

// "3: ok" where the call gave what Linux gives.
static void check(int fd, const struct iovec *ranges, long count, int advice, long flags,
                  long value, int error) {
  static int number;
  errno = 0;
  const long got = known ? syscall(kProcessMadvise, fd, ranges, count, advice, flags) : value;
  const bool right = got == value && (value != -1 || !known || errno == error);
  printf("%d: %s\n", ++number, right ? "ok" : errno_name(errno));
}

int main(void) {
  char *base = mmap(NULL, 4 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)base);
  memset(base, 'x', 4 * kPage);
  const int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
  const struct iovec good[2] = {{base, kPage}, {base + 2 * kPage, kPage}};
  errno = 0;
  known = self != -1 && syscall(kProcessMadvise, self, good, 1L, kCold, 0L) == kPage;
  check(self, good, 2, kCold, 0, 2 * kPage, 0);
  check(self, good, 2, kPageOut, 0, 2 * kPage, 0);
  check(self, good, 0, kCold, 0, 0, 0);
  printf("%d %d\n", base[0], base[2 * kPage]);
  check(self, good, 2, kCold, 1, -1, EINVAL);
  check(self, good, 2000, kCold, 0, -1, EINVAL);
  check(self, good, -1, kCold, 0, -1, EINVAL);
  check(-1, good, 2, kCold, 0, -1, EBADF);
  check(0, good, 2, kCold, 0, -1, EBADF);
  check(self, (void *)16, 2, kCold, 0, -1, EFAULT);
  const struct iovec second_bad[2] = {{base, kPage}, {base + 1, kPage}};
  check(self, second_bad, 2, kCold, 0, kPage, 0);
  check(self, second_bad + 1, 1, kCold, 0, -1, EINVAL);
  must(munmap(base + kPage, kPage));
  const struct iovec hole = {base, 2 * kPage};
  check(self, &hole, 1, kCold, 0, -1, ENOMEM);
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) _exit(0);
  siginfo_t info;
  must(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT));
  const int child = (int)syscall(SYS_pidfd_open, pid, 0);
  check(child, good, 2, kCold, 0, -1, ESRCH);
  wait_for(pid);
  check(child, good, 2, kCold, 0, -1, ESRCH);
  return 0;
}
