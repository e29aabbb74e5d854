// mmap(2): flags that are hints, flags that are refused, and MAP_GROWSDOWN, which grows.
// covers: mmap
#include "guest.h"

#ifndef MAP_SYNC
#define MAP_SYNC 0x80000
#endif
#ifndef MAP_SHARED_VALIDATE
#define MAP_SHARED_VALIDATE 3
#endif

static const char *try_map(size_t size, int flags, int fd) {
  void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);
  if (p == MAP_FAILED) return errno_name(errno);
  must(munmap(p, size));
  return "ok";
}

int main(void) {
  const int fd = (int)must(open("file", O_RDWR | O_CREAT, 0600));
  must(ftruncate(fd, kPage));
  const int anonymous = MAP_PRIVATE | MAP_ANONYMOUS;
  printf("NORESERVE %s\n", try_map(kPage, anonymous | MAP_NORESERVE, -1));
  printf("POPULATE %s\n", try_map(kPage, anonymous | MAP_POPULATE, -1));
  printf("LOCKED %s\n", try_map(kPage, anonymous | MAP_LOCKED, -1));
  printf("STACK %s\n", try_map(kPage, anonymous | MAP_STACK, -1));
  printf("unknown %s\n", try_map(kPage, anonymous | 1 << 25, -1));
  printf("VALIDATE %s\n", try_map(kPage, MAP_SHARED_VALIDATE, fd));
  printf("VALIDATE, SYNC %s\n", try_map(kPage, MAP_SHARED_VALIDATE | MAP_SYNC, fd));
  printf("VALIDATE, unknown %s\n", try_map(kPage, MAP_SHARED_VALIDATE | 1 << 25, fd));
  printf("VALIDATE, anonymous %s\n", try_map(kPage, MAP_SHARED_VALIDATE | MAP_ANONYMOUS, -1));
  printf("no type %s\n", try_map(kPage, MAP_ANONYMOUS, -1));
  printf("size 0 %s\n", try_map(0, anonymous, -1));
  printf("bad fd %s\n", try_map(kPage, MAP_PRIVATE, 9999));
  printf("HUGETLB, file %s\n", try_map(kPage, MAP_SHARED | 0x40000, fd));
  printf("GROWSDOWN, file %s\n", try_map(kPage, MAP_PRIVATE | MAP_GROWSDOWN, fd));

  char *room = mmap(NULL, 64 * kPage, PROT_NONE, anonymous | MAP_NORESERVE, -1, 0);
  char *top = room + 60 * kPage;
  must(munmap(room, 64 * kPage));
  char *p = mmap(top, kPage, PROT_READ | PROT_WRITE, anonymous | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
  expect(p == top);
  for (volatile char *at = top; at > top - 20 * kPage; at -= 512) *at = 'x';
  expect(top[-19 * kPage] == 0 || top[-19 * kPage] == 'x');
  unsigned char there;
  show(mincore(top - 19 * kPage, kPage, &there));
  return 0;
}
