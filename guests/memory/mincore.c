// mincore(2): touched pages are resident, ENOMEM tells memory that is not mapped, EINVAL an odd
// address; one byte is written per page.
// covers: mincore mmap munmap
#include "guest.h"

int main(void) {
  char *base = mmap(NULL, 8 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)base);
  unsigned char pages[10];
  memset(pages, 0xee, sizeof pages);
  for (int i = 0; i < 8; i += 2) base[i * kPage] = 1;
  show(mincore(base, 8 * kPage, pages));
  for (int i = 0; i < 10; i++) printf("%d ", pages[i] == 0xee ? -1 : pages[i] & 1);
  printf("\n");
  memset(pages, 0xee, sizeof pages);
  show(mincore(base, 1, pages));
  printf("%d %d\n", pages[0], pages[1] == 0xee);
  show(mincore(base, 0, pages));
  show(mincore(base + 1, kPage, pages));
  must(munmap(base + 3 * kPage, kPage));
  show(mincore(base, 8 * kPage, pages));
  show(mincore(base + 3 * kPage, kPage, pages));
  show(syscall(SYS_mincore, base, kPage, 16L));
  return 0;
}
