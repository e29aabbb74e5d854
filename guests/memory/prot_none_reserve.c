// mmap(2): reserving 64 GiB without access costs nothing; parts of it can be opened by mprotect,
// used, forked and closed again.
// covers: mmap mprotect clone munmap
#include "guest.h"

static char *base;

static void child(void) {
  printf("child sees %d\n", base[1L << 35]);
  base[1L << 35] = 2;
  (void)*(volatile char *)(base + (1L << 34));
}

int main(void) {
  const size_t size = 1UL << 36;
  base = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  must((long)base);
  show(mprotect(base + (1L << 35), 16 * kPage, PROT_READ | PROT_WRITE));
  expect(base[1L << 35] == 0);
  base[1L << 35] = 1;
  print_status("child that goes beyond", in_child(child));
  show(base[1L << 35]);
  show(mprotect(base + (1L << 35), 16 * kPage, PROT_NONE));
  show(mprotect(base + size - kPage, kPage, PROT_READ | PROT_WRITE));
  base[size - 1] = 9;
  show(base[size - 1]);
  show(munmap(base, size));
  return 0;
}
