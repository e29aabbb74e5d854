// getrlimit(2), RLIMIT_FSIZE: a write that begins below the limit ends at it; one that begins at it
// is SIGXFSZ and EFBIG, as is making a file longer by truncation or allocation; pipes are free.
// covers: write pwrite64 writev ftruncate truncate fallocate copy_file_range sendfile prlimit64
#include "guest.h"

#include <sys/sendfile.h>
#include <sys/uio.h>

static volatile int signals;

static void count(int number) {
  (void)number;
  signals++;
}

// What a call gave and how many signals came, told after the limit is lifted: it acts on standard
// output, too.
static char report[4096];

static void note(const char *what, long value) {
  const int error = errno;
  char line[128];
  snprintf(line, sizeof line, "%s: %ld%s%s, signals %d\n", what, value, value == -1 ? " " : "",
           value == -1 ? errno_name(error) : "", signals);
  strcat(report, line);
  signals = 0;
}

static void exercise(int fd, const char *path) {
  static char bytes[200];
  const struct iovec pieces[2] = {{bytes, 60}, {bytes, 60}};
  note("write below", write(fd, bytes, 60));
  note("write across", write(fd, bytes, 60));
  note("write at", write(fd, bytes, 1));
  note("write nothing", write(fd, bytes, 0));
  note("pwrite across", pwrite(fd, bytes, 60, 90));
  note("pwrite beyond", pwrite(fd, bytes, 60, 150));
  must(lseek(fd, 0, SEEK_SET));
  note("writev across", writev(fd, pieces, 2));
  note("writev at", writev(fd, pieces, 2));
  note("ftruncate at", ftruncate(fd, 100));
  note("ftruncate beyond", ftruncate(fd, 101));
  if (path != NULL) note("truncate beyond", truncate(path, 101));
  note("fallocate within", fallocate(fd, 0, 0, 100));
  note("fallocate beyond", fallocate(fd, 0, 50, 100));
  note("ftruncate shorter", ftruncate(fd, 10));
  must(lseek(fd, 0, SEEK_END));
  const int zero = (int)must(open("source", O_RDONLY));
  const long sent = sendfile(fd, zero, NULL, 120);
  signals = 0;  // whether it tries once more is not told
  note("sendfile across", sent);
  note("sendfile at", sendfile(fd, zero, NULL, 10));
  off_t in = 0, out = 80;
  if (path != NULL) note("copy across", copy_file_range(zero, &in, fd, &out, 100, 0));
  if (path != NULL) note("copy at", copy_file_range(zero, &in, fd, &out, 100, 0));
  int ends[2];
  must(pipe(ends));
  note("pipe", write(ends[1], bytes, 200));
  close(ends[0]);
  close(ends[1]);
  close(zero);
}

int main(void) {
  enter_scratch();
  static char bytes[300];
  const int source = (int)must(open("source", O_WRONLY | O_CREAT, 0600));
  must(write(source, bytes, sizeof bytes));
  const int fd = (int)must(open("file", O_RDWR | O_CREAT, 0600));
  const int memfd = (int)must(syscall(SYS_memfd_create, "memory", 0));
  install_handler(SIGXFSZ, count, 0);
  struct rlimit limit;
  must(getrlimit(RLIMIT_FSIZE, &limit));
  const struct rlimit tight = {100, limit.rlim_max};
  must(setrlimit(RLIMIT_FSIZE, &tight));
  exercise(fd, "file");
  strcat(report, "memfd\n");
  exercise(memfd, NULL);
  must(setrlimit(RLIMIT_FSIZE, &limit));
  fputs(report, stdout);
  leave_scratch();
  return 0;
}
