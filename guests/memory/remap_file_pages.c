// remap_file_pages(2): a shared mapping shows other pages of the same file; only shared ones can.
// covers: remap_file_pages
#include "guest.h"

int main(void) {
  const int fd = (int)must(open("file", O_RDWR | O_CREAT, 0600));
  for (int i = 0; i < 4; i++) {
    char page[kPage];
    memset(page, 'a' + i, sizeof page);
    must(write(fd, page, sizeof page));
  }
  char *p = mmap(NULL, 4 * kPage, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  show(syscall(SYS_remap_file_pages, p, 2L * kPage, 0, 2L, 0));
  printf("%c%c%c%c\n", p[0], p[kPage], p[2 * kPage], p[3 * kPage]);
  p[0] = 'X';
  printf("%c\n", p[2 * kPage]);
  show(syscall(SYS_remap_file_pages, p, (long)kPage, PROT_READ, 0L, 0));
  show(syscall(SYS_remap_file_pages, p, 0L, 0, 0L, 0));
  char *anonymous = mmap(NULL, kPage, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  show(syscall(SYS_remap_file_pages, anonymous, (long)kPage, 0, 0L, 0));
  must(munmap(anonymous, kPage));
  show(syscall(SYS_remap_file_pages, anonymous, (long)kPage, 0, 0L, 0));
  return 0;
}
