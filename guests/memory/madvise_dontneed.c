// madvise(2), MADV_DONTNEED: private anonymous pages read as zero afterwards, private file pages as
// the file again, shared ones keep their contents; advice on unmapped memory is ENOMEM.
// covers: madvise mmap
#include "guest.h"

int main(void) {
  enter_scratch();
  write_file("file", "from the file", 0644);
  const int fd = (int)must(open("file", O_RDWR));
  const int both = PROT_READ | PROT_WRITE;
  char *anonymous = mmap(NULL, 4 * kPage, both, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *private = mmap(NULL, kPage, both, MAP_PRIVATE, fd, 0);
  char *shared = mmap(NULL, kPage, both, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must((long)anonymous);
  must((long)private);
  must((long)shared);
  memset(anonymous, 'a', 4 * kPage);
  memset(private, 'p', 5);
  memset(shared, 's', 5);
  show(madvise(anonymous + kPage, 2 * kPage, MADV_DONTNEED));
  printf("%d %d %d %d\n", anonymous[0], anonymous[kPage], anonymous[3 * kPage - 1],
         anonymous[3 * kPage]);
  anonymous[kPage] = 'b';
  show(anonymous[kPage]);
  printf("%.13s\n", private);
  show(madvise(private, kPage, MADV_DONTNEED));
  printf("%.13s\n", private);
  show(madvise(shared, kPage, MADV_DONTNEED));
  printf("%.5s\n", shared);
  show(madvise(anonymous, 4 * kPage, MADV_WILLNEED));
  show(madvise(anonymous, 4 * kPage, MADV_NORMAL));
  show(madvise(anonymous, 4 * kPage, MADV_SEQUENTIAL));
  show(madvise(anonymous, 0, MADV_DONTNEED));
  show(madvise(anonymous + 1, kPage, MADV_DONTNEED));
  show(madvise(anonymous, kPage, 9999));
  must(munmap(anonymous + kPage, kPage));
  show(madvise(anonymous, 3 * kPage, MADV_DONTNEED));
  printf("%d %d\n", anonymous[0], anonymous[2 * kPage]);
  leave_scratch();
  return 0;
}
