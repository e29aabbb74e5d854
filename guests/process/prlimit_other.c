// prlimit(2) on another process: its limit is told and changed, and acts there; EPERM unless all
// ids are the caller's, EINVAL before ESRCH is not to be had.
// covers: prlimit64 openat
#include "guest.h"
#include "unprivileged.h"

static int to_child[2], to_parent[2];

static void child(void) {
  char byte;
  must(write(to_parent[1], "r", 1));
  must(read(to_child[0], &byte, 1));
  show(open("/dev/null", O_RDONLY));
  struct rlimit limit;
  must(getrlimit(RLIMIT_NOFILE, &limit));
  printf("child: %ld of %ld\n", (long)limit.rlim_cur, (long)limit.rlim_max);
  _exit(0);
}

static void other_user(void) {
  struct rlimit limit;
  become_unprivileged();
  show(prlimit(getppid(), RLIMIT_NOFILE, NULL, &limit));
  show(prlimit(getppid(), 77, NULL, &limit));
  show(prlimit(getpid(), RLIMIT_NOFILE, NULL, NULL));
}

int main(void) {
  for (int fd = 3; fd < 64; fd++) close(fd);
  must(pipe(to_child));
  must(pipe(to_parent));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) child();
  char byte;
  must(read(to_parent[0], &byte, 1));
  struct rlimit limit = {3, 40}, old;
  must(prlimit(pid, RLIMIT_NOFILE, NULL, &old));
  show(prlimit(pid, RLIMIT_NOFILE, &limit, NULL));
  show(prlimit(pid, RLIMIT_NOFILE, NULL, &limit));
  printf("%ld of %ld\n", (long)limit.rlim_cur, (long)limit.rlim_max);
  must(getrlimit(RLIMIT_NOFILE, &limit));
  expect(limit.rlim_cur == old.rlim_cur);
  limit.rlim_cur = 50;
  limit.rlim_max = 40;
  show(prlimit(pid, RLIMIT_NOFILE, &limit, NULL));
  must(write(to_child[1], "g", 1));
  print_status("child", wait_for(pid));
  show(prlimit(pid, RLIMIT_NOFILE, NULL, &old));
  if (geteuid() == 0) print_status("other user", in_child(other_user));
  return 0;
}
