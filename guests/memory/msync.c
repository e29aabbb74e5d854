// msync(2): all three ways succeed on a shared file mapping; contradictory or unknown flags and odd
// addresses are EINVAL, unmapped memory ENOMEM.
// covers: msync mmap
#include "guest.h"

int main(void) {
  enter_scratch();
  const int fd = (int)must(open("file", O_RDWR | O_CREAT, 0644));
  must(ftruncate(fd, 3 * kPage));
  char *base = mmap(NULL, 3 * kPage, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  must((long)base);
  base[0] = 'a';
  base[2 * kPage] = 'c';
  show(msync(base, 3 * kPage, MS_SYNC));
  show(msync(base, 3 * kPage, MS_ASYNC));
  show(msync(base, 3 * kPage, MS_SYNC | MS_INVALIDATE));
  show(msync(base, 0, MS_SYNC));
  show(msync(base, 3 * kPage, MS_SYNC | MS_ASYNC));
  show(msync(base, 3 * kPage, 0x100));
  show(msync(base + 1, kPage, MS_SYNC));
  must(munmap(base + kPage, kPage));
  show(msync(base, 3 * kPage, MS_SYNC));
  char byte;
  must(pread(fd, &byte, 1, 2 * kPage));
  printf("%c\n", byte);
  leave_scratch();
  return 0;
}
