// mmap(2), MAP_FIXED_NOREPLACE: maps at the address, or fails with EEXIST and changes nothing when
// any page of the range is taken.
// covers: mmap munmap
#include "guest.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

int main(void) {
  const int protection = PROT_READ | PROT_WRITE;
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
  char *base = mmap(NULL, 4 * kPage, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)base);
  memset(base, 'k', 4 * kPage);
  show_ok(mmap(base, kPage, protection, flags, -1, 0));
  show_ok(mmap(base + kPage, 2 * kPage, protection, flags, -1, 0));
  must(munmap(base + kPage, kPage));
  show_ok(mmap(base + kPage, 2 * kPage, protection, flags, -1, 0));
  show_ok(mmap(base, 2 * kPage, protection, flags, -1, 0));
  expect(mmap(base + kPage, kPage, protection, flags, -1, 0) == base + kPage);
  printf("%d %d %d\n", base[0], base[kPage], base[2 * kPage]);
  show_ok(mmap(base + 1, kPage, protection, flags, -1, 0));
  return 0;
}
