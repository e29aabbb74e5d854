// mmap(2), MAP_FIXED: replaces whatever was mapped there and leaves the neighbours alone.
// covers: mmap
#include "guest.h"

int main(void) {
  const int protection = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS;
  char *base = mmap(NULL, 5 * kPage, protection, flags, -1, 0);
  must((long)base);
  memset(base, 'x', 5 * kPage);
  expect(mmap(base + kPage, 2 * kPage, protection, flags | MAP_FIXED, -1, 0) == base + kPage);
  for (int i = 0; i < 5; i++)
    printf("page %d: %d %d\n", i, base[i * kPage], base[i * kPage + 4095]);
  enter_scratch();
  write_file("file", "contents of the file", 0644);
  const int fd = (int)must(open("file", O_RDONLY));
  expect(mmap(base + 3 * kPage, kPage, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0) ==
         base + 3 * kPage);
  printf("%s\n", base + 3 * kPage);
  printf("%d\n", base[4 * kPage]);
  show_ok(mmap(base + 10, kPage, protection, flags | MAP_FIXED, -1, 0));
  // A failed one replaces nothing.
  show_ok(mmap(base, kPage, PROT_READ, MAP_PRIVATE | MAP_FIXED, 9999, 0));
  printf("%c\n", base[0]);
  // Without MAP_FIXED the address is a wish.
  char *other = mmap(base, kPage, protection, flags, -1, 0);
  must((long)other);
  expect(other != base);
  char *wish = mmap(NULL, 3 * kPage, protection, flags, -1, 0);
  must(munmap(wish, 3 * kPage));
  expect(mmap(wish + kPage, kPage, protection, flags, -1, 0) == wish + kPage);
  leave_scratch();
  return 0;
}
