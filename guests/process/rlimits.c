// getrlimit(2), prlimit(2): a soft limit may move up to the hard one and not past it, limits are
// inherited, and RLIMIT_NOFILE and RLIMIT_FSIZE act.
// covers: prlimit64 getrlimit setrlimit dup openat write
#include "guest.h"

static void child(void) {
  struct rlimit limit;
  must(getrlimit(RLIMIT_NOFILE, &limit));
  printf("child's descriptors: %ld of %ld\n", (long)limit.rlim_cur, (long)limit.rlim_max);
}

// Nothing is printed under the limit, which would act on standard output too.
static void limited_size(void) {
  struct rlimit limit, tight;
  must(getrlimit(RLIMIT_FSIZE, &limit));
  tight = limit;
  tight.rlim_cur = 10;
  signal(SIGXFSZ, SIG_IGN);
  const int fd = (int)must(open("limited", O_WRONLY | O_CREAT, 0600));
  must(setrlimit(RLIMIT_FSIZE, &tight));
  const long within = write(fd, "123456", 6), across = write(fd, "789abc", 6);
  const long beyond = write(fd, "d", 1), beyond_error = errno;
  const long longer = ftruncate(fd, 11), longer_error = errno;
  must(setrlimit(RLIMIT_FSIZE, &limit));
  printf("within %ld, across %ld, beyond %ld %s, truncate %ld %s\n", within, across, beyond,
         errno_name((int)beyond_error), longer, errno_name((int)longer_error));
  must(setrlimit(RLIMIT_FSIZE, &tight));
  signal(SIGXFSZ, SIG_DFL);
  must(write(fd, "d", 1));
}

int main(void) {
  struct rlimit limit = {50, 60}, old;
  show(setrlimit(RLIMIT_NOFILE, &limit));
  show(prlimit(0, RLIMIT_NOFILE, NULL, &old));
  printf("descriptors: %ld of %ld\n", (long)old.rlim_cur, (long)old.rlim_max);
  show(dup2(1, 49));
  show(dup2(1, 50));
  int opened = 0;
  while (dup(1) != -1) opened++;
  printf("dup failed with %s, some worked: %d\n", errno_name(errno), opened > 30);
  show(open("/dev/null", O_RDONLY));
  for (int fd = 3; fd < 50; fd++) close(fd);
  limit.rlim_cur = 61;
  show(setrlimit(RLIMIT_NOFILE, &limit));
  limit.rlim_cur = 60;
  show(setrlimit(RLIMIT_NOFILE, &limit));
  print_status("child", in_child(child));
  // The older pair of calls, which a libc no longer makes.
  show(syscall(SYS_getrlimit, RLIMIT_NOFILE, &old));
  printf("descriptors: %ld of %ld\n", (long)old.rlim_cur, (long)old.rlim_max);
  old.rlim_cur = 55;
  show(syscall(SYS_setrlimit, RLIMIT_NOFILE, &old));
  show(syscall(SYS_getrlimit, RLIMIT_NOFILE, 16L));
  show(syscall(SYS_setrlimit, 77, &old));
  must(getrlimit(RLIMIT_NOFILE, &limit));
  printf("descriptors: %ld of %ld\n", (long)limit.rlim_cur, (long)limit.rlim_max);
  show(getrlimit(77, &limit));
  show(prlimit(getpid(), RLIMIT_NOFILE, NULL, &old));
  show(prlimit(0x3fffffff, RLIMIT_NOFILE, NULL, &old));
  show(prlimit(0, RLIMIT_NOFILE, (struct rlimit *)16, NULL));
  must(getrlimit(RLIMIT_STACK, &limit));
  expect(limit.rlim_cur >= 1 << 20);
  enter_scratch();
  print_status("child of limited files", in_child(limited_size));
  leave_scratch();
  return 0;
}
