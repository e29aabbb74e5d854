// madvise(2): MADV_DONTFORK keeps memory from a child, MADV_WIPEONFORK gives it zeros, and their
// opposites take that back; MADV_FREE, POPULATE and the hints; what is refused.
// covers: madvise
#include "guest.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

static char *kept, *wiped, *gone;

static void look(void) {
  unsigned char there;
  printf("kept %c, wiped %d, gone: %s\n", *kept, *wiped,
         mincore(gone, kPage, &there) == -1 ? errno_name(errno) : "there");
  fflush(stdout);
}

int main(void) {
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS;
  char *p = mmap(NULL, 5 * kPage, PROT_READ | PROT_WRITE, flags, -1, 0);
  kept = p;
  wiped = p + 2 * kPage;
  gone = p + 4 * kPage;
  memset(p, 'k', 5 * kPage);
  show(madvise(wiped, kPage, MADV_WIPEONFORK));
  show(madvise(gone, kPage, MADV_DONTFORK));
  fflush(stdout);
  print_status("child", in_child(look));
  look();
  show(madvise(wiped, kPage, MADV_KEEPONFORK));
  show(madvise(gone, kPage, MADV_DOFORK));
  fflush(stdout);
  print_status("child", in_child(look));

  show(madvise(p, kPage, MADV_FREE));
  show(madvise(p, kPage, MADV_DONTNEED));
  printf("%d\n", *p);
  show(madvise(p, kPage, MADV_POPULATE_WRITE));
  show(madvise(p, kPage, MADV_POPULATE_READ));
  show(madvise(p, kPage, MADV_SEQUENTIAL));
  show(madvise(p, kPage, MADV_RANDOM));
  show(madvise(p, kPage, MADV_WILLNEED));
  show(madvise(p, kPage, MADV_DONTDUMP));
  show(madvise(p, kPage, MADV_DODUMP));
  show(madvise(p, kPage, 20));
  show(madvise(p, kPage, 21));
  show(madvise(p, 0, MADV_NORMAL));
  show(madvise(p + 1, kPage, MADV_NORMAL));
  show(madvise(p, kPage, 7));
  show(madvise(p, kPage, 9999));
  must(munmap(p + kPage, kPage));
  show(madvise(p, 3 * kPage, MADV_DONTNEED));
  printf("%d\n", p[2 * kPage]);
  show(madvise(p, 3 * kPage, MADV_POPULATE_WRITE));
  char *shared = mmap(NULL, kPage, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  show(madvise(shared, kPage, MADV_WIPEONFORK));
  show(madvise(shared, kPage, MADV_FREE));
  show(madvise(shared, kPage, MADV_POPULATE_WRITE));
  return 0;
}
