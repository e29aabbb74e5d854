// null(4), zero(4), full(4): reading gives nothing, zeros, zeros; writing is swallowed, swallowed,
// or ENOSPC; seeking succeeds; /dev/zero can be mapped.
// covers: openat read write lseek mmap writev
#include "guest.h"
#include <sys/uio.h>

static void try(const char *path) {
  const int fd = (int)must(open(path, O_RDWR));
  char text[100];
  memset(text, 'x', sizeof text);
  printf("%s\n", path);
  show(read(fd, text, sizeof text));
  int zeros = 0;
  for (size_t i = 0; i < sizeof text; i++) zeros += text[i] == 0;
  show(zeros);
  show(write(fd, text, sizeof text));
  show(write(fd, text, 0));
  const struct iovec parts[] = {{text, 10}, {text, 20}};
  show(writev(fd, parts, 2));
  show(lseek(fd, 1000, SEEK_SET));
  show(pread(fd, text, 10, 5));
  show_ok(mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0));
  struct stat about;
  must(fstat(fd, &about));
  printf("character device %d, mode %o\n", S_ISCHR(about.st_mode), about.st_mode & 0666);
  must(close(fd));
}

int main(void) {
  try("/dev/null");
  try("/dev/zero");
  try("/dev/full");
  show_ok(open("/dev/null", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600));
  show_ok(open("/dev/null", O_RDONLY | O_DIRECTORY));
  show_ok(open("/dev/null/x", O_RDONLY));
  const int zero = (int)must(open("/dev/zero", O_RDONLY));
  char *private = mmap(NULL, 2 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE, zero, 0);
  must((long)private);
  expect(private[0] == 0 && private[2 * kPage - 1] == 0);
  private[5] = 1;
  show(private[5]);
  static char large[100000];
  memset(large, 1, sizeof large);
  show(read(zero, large, sizeof large));
  expect(large[0] == 0 && large[99999] == 0);
  return 0;
}
