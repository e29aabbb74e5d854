// mremap(2): shrinks and grows in place, moves when it must and may, keeps the contents, leaves
// nothing behind; ENOMEM, EINVAL and EFAULT otherwise.
// covers: mremap mmap munmap mincore
#include "guest.h"

static bool mapped(const void *address) {
  unsigned char resident;
  return mincore((void *)address, kPage, &resident) == 0;
}

static char *map_pages(int count) {
  char *base =
      mmap(NULL, (size_t)count * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)base);
  for (int i = 0; i < count; i++) base[(size_t)i * kPage] = (char)(i + 1);
  return base;
}

static int pages_kept(const char *base, int count) {
  int kept = 0;
  for (int i = 0; i < count; i++) kept += base[(size_t)i * kPage] == i + 1;
  return kept;
}

int main(void) {
  char *base = map_pages(8);
  expect(mremap(base, 8 * kPage, 4 * kPage, 0) == base);
  expect(mapped(base + 3 * kPage) && !mapped(base + 4 * kPage));
  expect(mremap(base, 4 * kPage, 6 * kPage, 0) == base);
  expect(base[5 * kPage] == 0);
  show(pages_kept(base, 4));
  must((long)mmap(base + 6 * kPage, kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
                  0));
  show_ok((long)mremap(base, 6 * kPage, 8 * kPage, 0));
  char *moved = mremap(base, 6 * kPage, 8 * kPage, MREMAP_MAYMOVE);
  must((long)moved);
  expect(moved != base);
  expect(!mapped(base) && !mapped(base + 5 * kPage));
  show(pages_kept(moved, 4));
  expect(moved[7 * kPage] == 0);

  char *target = map_pages(3);
  expect(mremap(moved, 2 * kPage, 2 * kPage, MREMAP_MAYMOVE | MREMAP_FIXED, target) == target);
  show(pages_kept(target, 3));
  expect(!mapped(moved) && mapped(moved + 2 * kPage));
  expect(moved[2 * kPage] == 3);
  show_ok((long)mremap(target, 3 * kPage, 3 * kPage, MREMAP_FIXED, moved));
  show_ok((long)mremap(target, 3 * kPage, 0, MREMAP_MAYMOVE));
  show_ok((long)mremap(target + 1, kPage, kPage, MREMAP_MAYMOVE));
  show_ok((long)mremap(target, kPage, kPage, 0x100));
  show_ok((long)mremap(moved, kPage, 2 * kPage, MREMAP_MAYMOVE));
  show_ok(
      (long)mremap(target, 2 * kPage, 2 * kPage, MREMAP_MAYMOVE | MREMAP_FIXED, target + kPage));

  char *huge = map_pages(16);
  huge = mremap(huge, 16 * kPage, 32 << 20, MREMAP_MAYMOVE);
  must((long)huge);
  show(pages_kept(huge, 16));
  huge[(32 << 20) - 1] = 1;
  int *shared = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must((long)shared);
  *shared = 5;
  int *alias = mremap(shared, 0, kPage, MREMAP_MAYMOVE);
  must((long)alias);
  *alias = 6;
  show(*shared);
  return 0;
}
