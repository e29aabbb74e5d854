// pidfd_getfd(2): a second descriptor of another process's open file, closed at exec, sharing its
// offset; kcmp(2) sees that they are one, and what else two processes share.
// covers: pidfd_getfd kcmp
#include "guest.h"
#include <sys/prctl.h>

enum { kFile, kVm, kFiles, kFs, kSighand };

static long compare(pid_t one, pid_t other, int type, int first, int second) {
  return syscall(SYS_kcmp, one, other, type, first, second);
}

int main(void) {
  int channel[2], gate[2];
  must(pipe(channel));
  must(pipe(gate));
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    must(close(gate[1]));
    must(dup2(channel[0], 100));
    must(close(channel[1]));
    char byte;
    must(read(gate[0], &byte, 1));
    _exit(read(gate[0], &byte, 1) == 0 ? 0 : 1);
  }
  must(close(gate[0]));
  must(write(gate[1], "x", 1));
  const int pidfd = (int)must(syscall(SYS_pidfd_open, child, 0));
  // The child has made its descriptor 100 before it reads what was written: wait until then.
  int taken = -1;
  while ((taken = (int)syscall(SYS_pidfd_getfd, pidfd, 100, 0)) == -1 && errno == EBADF)
    sched_yield();
  expect(taken >= 0);
  expect(fcntl(taken, F_GETFD) == FD_CLOEXEC);
  must(write(channel[1], "hello", 5));
  char text[8] = {0};
  show(read(taken, text, 2));
  show(read(channel[0], text, 8));
  show(syscall(SYS_pidfd_getfd, pidfd, 9999, 0));
  show(syscall(SYS_pidfd_getfd, pidfd, 0, 1));
  show(syscall(SYS_pidfd_getfd, taken, 0, 0));

  const pid_t own = getpid();
  if (compare(own, own, kFile, 0, 0) == 0) {
    expect(compare(own, child, kFile, taken, 100) == 0);
    expect(compare(own, child, kFile, channel[1], 100) > 0);
    expect(compare(own, own, kVm, 0, 0) == 0);
    expect(compare(own, child, kVm, 0, 0) > 0);
    expect(compare(own, child, kFiles, 0, 0) > 0);
    expect(compare(own, child, kFs, 0, 0) > 0);
    expect(compare(own, child, kSighand, 0, 0) > 0);
    const long there = compare(own, child, kVm, 0, 0), back = compare(child, own, kVm, 0, 0);
    expect(there + back == 3);
    expect(compare(own, own, kFile, 9999, 0) == -1 && errno == EBADF);
    expect(compare(own, own, 77, 0, 0) == -1 && errno == EINVAL);
    expect(compare(0x3fffffff, own, kVm, 0, 0) == -1 && errno == ESRCH);
  }
  must(close(gate[1]));
  print_status("child", wait_for(child));
  show(syscall(SYS_pidfd_getfd, pidfd, 0, 0));
  return 0;
}
