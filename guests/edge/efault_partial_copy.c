// copy_to_user in Linux: a transfer that crosses several pages stops at the bad one; what was moved
// before it is in place and counted.
// covers: read write
#include "guest.h"

int main(void) {
  enter_scratch();
  static char data[8 * kPage];
  for (size_t i = 0; i < sizeof data; i++) data[i] = (char)(i / 7);
  const int file = (int)must(open("file", O_RDWR | O_CREAT, 0600));
  must(write(file, data, sizeof data));
  char *base = mmap(NULL, 8 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)base);
  must(mprotect(base + 3 * kPage, kPage, PROT_NONE));
  show(pread(file, base, sizeof data, 0));
  expect(memcmp(base, data, 3 * kPage) == 0);
  show(pread(file, base + 3 * kPage, kPage, 0));
  show(pread(file, base + 4 * kPage, 4 * kPage, 0));
  must(mprotect(base + 5 * kPage, kPage, PROT_READ));
  show(pread(file, base + 4 * kPage, 4 * kPage, 0));
  show(pread(file, base + 5 * kPage, kPage, 0));
  memcpy(base, data, 3 * kPage);
  const int copy = (int)must(open("copy", O_RDWR | O_CREAT, 0600));
  show(write(copy, base, sizeof data));
  struct stat about;
  must(fstat(copy, &about));
  show(about.st_size);
  show(pwrite(copy, base + 5 * kPage, kPage, 0));
  show(pwrite(copy, base + 3 * kPage, kPage, 0));
  const int zero = (int)must(open("/dev/zero", O_RDONLY));
  show(read(zero, base, sizeof data));
  leave_scratch();
  return 0;
}
