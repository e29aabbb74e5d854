// getrlimit(2), RLIMIT_AS and RLIMIT_DATA: mmap, mremap, mprotect and brk that would pass them fail
// (ENOMEM) and change nothing; RLIMIT_DATA is about private writable memory.
// covers: mmap mremap mprotect brk prlimit64
#include "guest.h"

enum { kNone = PROT_NONE, kBoth = PROT_READ | PROT_WRITE };

static char *map(int pages, int protection, int sharing) {
  return mmap(NULL, pages * kPage, protection, sharing | MAP_ANONYMOUS, -1, 0);
}

// Field `index` of /proc/self/statm, read without a buffer that malloc would map.
static long pages_now(int index) {
  static char text[256];
  const int fd = (int)must(open("/proc/self/statm", O_RDONLY));
  const long size = must(read(fd, text, sizeof text - 1));
  close(fd);
  text[size] = 0;
  const char *at = text;
  while (index-- > 0) at = strchr(at, ' ') + 1;
  return atol(at);
}

static void limit_to(int resource, long pages) {
  must(setrlimit(resource, &(struct rlimit){pages * kPage, pages * kPage}));
}

static void address_space(void) {
  printf("address space\n");
  limit_to(RLIMIT_AS, pages_now(0) + 16);
  char *base = map(8, kNone, MAP_PRIVATE);
  show_ok((long)base);
  show_ok((long)map(9, kNone, MAP_PRIVATE));
  show_ok((long)map(9, kBoth, MAP_SHARED));
  show_ok((long)mremap(base, 8 * kPage, 17 * kPage, MREMAP_MAYMOVE));
  show_ok((long)move_break(9 * kPage));
  show_ok((long)map(8, kBoth, MAP_SHARED));
  show_ok((long)map(1, kNone, MAP_PRIVATE));
  show_ok((long)mmap(base, 8 * kPage, kBoth, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
  must(munmap(base, 4 * kPage));
  show_ok((long)move_break(3 * kPage));
}

static void data(void) {
  printf("data\n");
  // Much more than what the program itself has, which depends on the libc.
  char *whole = map(400, kBoth, MAP_PRIVATE);
  limit_to(RLIMIT_DATA, 300);
  show_ok((long)map(1, kBoth, MAP_PRIVATE));
  show_ok((long)map(1, PROT_READ, MAP_PRIVATE));
  show_ok((long)map(100, kBoth, MAP_SHARED));
  show_ok((long)move_break(kPage));
  char *reserved = map(100, kNone, MAP_PRIVATE);
  show_ok((long)reserved);
  show(mprotect(reserved, kPage, kBoth));
  show(mprotect(reserved, kPage, PROT_READ));
  show_ok((long)mremap(whole, 400 * kPage, 401 * kPage, MREMAP_MAYMOVE));
  show(mprotect(whole, 400 * kPage, PROT_READ));
  show_ok((long)map(1, kBoth, MAP_PRIVATE));
  show(mprotect(whole, 399 * kPage, kBoth));
}

int main(void) {
  print_status("address space", in_child(address_space));
  print_status("data", in_child(data));
  return 0;
}
