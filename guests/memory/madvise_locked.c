// madvise(2) on locked memory: MADV_DONTNEED, FREE, COLD, PAGEOUT and REMOVE are EINVAL there,
// after the regions before it were served; MADV_DONTNEED_LOCKED discards it where it is known.
// covers: madvise mlock
#include "guest.h"
#include "locked_memory.h"

int main(void) {
  char *base = some_pages(3, 0);
  must((long)base);
  memset(base, 'x', 3 * kPage);
  must(mlock(base + kPage, kPage));
  show(madvise(base, 3 * kPage, MADV_DONTNEED));
  printf("%d %d %d\n", base[0], base[kPage], base[2 * kPage]);
  base[0] = 'x';
  show(madvise(base + kPage, kPage, MADV_FREE));
  show(madvise(base, 3 * kPage, 20));
  show(madvise(base, 3 * kPage, 21));
  show(madvise(base, kPage, 20));
  show(madvise(base, kPage, 21));
  printf("%d %d %d\n", base[0], base[kPage], base[2 * kPage]);
  // Since Linux 5.18.
  const bool known = madvise(base + 2 * kPage, kPage, 24) == 0;
  if (!known) base[2 * kPage] = 0;
  const bool served = known && madvise(base + kPage, kPage, 24) == 0;
  expect(served == known && (!known || base[kPage] == 0));
  printf("%d\n", base[2 * kPage]);
  show(munlock(base, 3 * kPage));
  show(madvise(base, 3 * kPage, MADV_DONTNEED));
  printf("%d %d %d\n", base[0], base[kPage], base[2 * kPage]);
  char *shared = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must((long)shared);
  must(mlock(shared, kPage));
  show(madvise(shared, kPage, MADV_REMOVE));
  return 0;
}
