// unshare(2): what clone shared is shared no longer, and nothing happens to what was not; setns(2)
// takes no descriptor that is no namespace's.
// covers: unshare setns
#include "guest.h"

static char stack[65536] __attribute__((aligned(16)));

static int child(void *fd) {
  const int before = *(int *)fd;
  if (unshare(CLONE_FILES) != 0) return 1;
  if (close(before) != 0) return 2;
  if (unshare(CLONE_FS) != 0) return 3;
  if (chdir("/") != 0) return 4;
  return 0;
}

int main(void) {
  char old[4096], now[4096];
  must(getcwd(old, sizeof old) ? 0 : -1);
  int fd = (int)must(dup(1));
  const pid_t pid =
      (pid_t)must(clone(child, stack + sizeof stack, CLONE_FILES | CLONE_FS | SIGCHLD, &fd));
  print_status("child", wait_for(pid));
  expect(fcntl(fd, F_GETFD) == 0);
  must(getcwd(now, sizeof now) ? 0 : -1);
  expect(strcmp(old, now) == 0);
  show(unshare(0));
  show(unshare(CLONE_FILES | CLONE_FS | CLONE_SYSVSEM));
  show(unshare(CLONE_THREAD | CLONE_SIGHAND | CLONE_VM));
  show(unshare(CLONE_PARENT));
  show(unshare(CLONE_PTRACE));
  show(setns(-1, 0));
  show(setns(fd, 0));
  show(setns(fd, CLONE_NEWUTS));
  return 0;
}
