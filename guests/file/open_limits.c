// covers: openat write ftruncate fcntl fchdir fstat
// What RLIMIT_NOFILE and RLIMIT_FSIZE refuse, and what a descriptor opened with O_PATH can do.
#include "guest.h"

static volatile sig_atomic_t too_big;

static void on_too_big(int number) {
  (void)number;
  too_big++;
}

static void descriptors_run_out(void) {
  struct rlimit limit = {0};
  must(getrlimit(RLIMIT_NOFILE, &limit));
  const struct rlimit three = {3, limit.rlim_max};
  must(setrlimit(RLIMIT_NOFILE, &three));
  show(open("never", O_WRONLY | O_CREAT, 0600));
  show(dup(0));
  show(fcntl(0, F_DUPFD, 3));
  show(fcntl(0, F_DUPFD, 2));
  int fds[2] = {-7, -7};
  show(pipe(fds));
  printf("%d %d\n", fds[0], fds[1]);
  must(setrlimit(RLIMIT_NOFILE, &limit));
  show(access("never", F_OK));
}

// The limit holds for standard output, too: it is only there during a call.
static void limit_file_size(rlim_t bytes) {
  struct rlimit limit = {0};
  must(getrlimit(RLIMIT_FSIZE, &limit));
  limit.rlim_cur = bytes;
  must(setrlimit(RLIMIT_FSIZE, &limit));
}

#define limited(call)                     \
  do {                                    \
    limit_file_size(10);                  \
    const long value = (long)(call);      \
    const int error = errno;              \
    limit_file_size(RLIM_INFINITY);       \
    errno = error;                        \
    guest_print_result(#call, value);     \
    printf("signals %d\n", (int)too_big); \
  } while (0)

static void file_size_limit(void) {
  install_handler(SIGXFSZ, on_too_big, 0);
  const int fd = (int)must(open("big", O_RDWR | O_CREAT, 0600));
  limited(write(fd, "0123456", 7));
  limited(write(fd, "789abcd", 7));
  limited(write(fd, "e", 1));
  limited(pwrite(fd, "xyz", 3, 9));
  limited(pwrite(fd, "xyz", 3, 10));
  limited(ftruncate(fd, 11));
  limited(ftruncate(fd, 10));
  limited(truncate("big", 11));
  limited(write(fd, "", 0));
  int fds[2];
  must(pipe(fds));
  limited(write(fds[1], "pipes have no limit", 19));
}

static void places_without_contents(void) {
  write_file("plain", "text", 0600);
  must(mkdir("inner", 0700));
  const int fd = (int)must(open("plain", O_PATH));
  char byte = 0;
  show(read(fd, &byte, 1));
  show(write(fd, &byte, 1));
  show(pread(fd, &byte, 1, 0));
  show(lseek(fd, 0, SEEK_SET));
  show(ftruncate(fd, 0));
  show(syscall(SYS_fchmod, fd, 0644));
  show(fsync(fd));
  show(fcntl(fd, F_SETFL, O_APPEND));
  show(fcntl(fd, F_GETFD));
  expect((fcntl(fd, F_GETFL) & O_PATH) != 0);
  show(fcntl(fd, F_SETFD, FD_CLOEXEC));
  struct stat status;
  show(fstat(fd, &status));
  printf("size %ld\n", (long)status.st_size);
  const int copy = (int)must(dup(fd));
  show(close(copy));
  show(fchdir(fd));
  const int inner = (int)must(open("inner", O_PATH | O_DIRECTORY));
  show(openat(inner, "missing", O_RDONLY));
  show(mkdirat(inner, "made", 0700));
  show(fchdir(inner));
  show(access("made", F_OK));
  must(symlinkat("target", inner, "link"));
  const int link = (int)must(open("link", O_PATH | O_NOFOLLOW));
  char text[16] = "";
  show(readlinkat(link, "", text, sizeof text));
  puts(text);
  show(readlinkat(fd, "", text, sizeof text));
}

int main(void) {
  enter_scratch();
  descriptors_run_out();
  file_size_limit();
  places_without_contents();
  leave_scratch();
  return 0;
}
