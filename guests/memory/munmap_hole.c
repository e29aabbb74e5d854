// munmap(2): takes out exactly the pages named, from the middle, the ends or across several
// mappings, holes included.
// covers: munmap mmap mincore
#include "guest.h"

enum { kPages = 12 };

static char *base;

static void show_map(const char *when) {
  printf("%s: ", when);
  unsigned char resident;
  for (int i = 0; i < kPages; i++) {
    printf("%c", mincore(base + (size_t)i * kPage, kPage, &resident) == 0 ? '#' : '.');
  }
  printf("\n");
}

int main(void) {
  base = mmap(NULL, kPages * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)base);
  for (int i = 0; i < kPages; i++) base[(size_t)i * kPage] = (char)(i + 1);
  show_map("all");
  show(munmap(base + 4 * kPage, 2 * kPage));
  show_map("hole");
  show(munmap(base + 8 * kPage, 1));
  show_map("one byte is one page");
  show(munmap(base, kPage));
  show_map("front");
  show(munmap(base + 11 * kPage, kPage));
  show_map("back");
  show(munmap(base + 3 * kPage, 4 * kPage));
  show_map("across the hole");
  show(mprotect(base + 9 * kPage, kPage, PROT_READ));
  for (int i = 0; i < kPages; i++) {
    unsigned char resident;
    if (mincore(base + (size_t)i * kPage, kPage, &resident) != 0) continue;
    printf("page %d has %d\n", i, base[(size_t)i * kPage]);
  }
  show(munmap(base, kPages * kPage));
  show_map("none");
  return 0;
}
