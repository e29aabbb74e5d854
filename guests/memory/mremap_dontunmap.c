// mremap(2): MREMAP_DONTUNMAP leaves an empty mapping behind; an old size of 0 maps a shared
// mapping once more; MREMAP_FIXED replaces what is there; errors.
// covers: mremap
#include "guest.h"

static char *map(int pages, int flags) {
  return mmap(NULL, (size_t)pages * kPage, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);
}

// Not the libc's: whether it passes a new address on depends on the flags it knows.
static void *remap(void *old, size_t old_size, size_t new_size, int flags, void *target) {
  return (void *)syscall(SYS_mremap, old, old_size, new_size, flags, target);
}

static const char *outcome(void *result) { return result == MAP_FAILED ? errno_name(errno) : "ok"; }

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  char *p = map(2, MAP_PRIVATE);
  strcpy(p, "moved");
  char *q = remap(p, 2 * kPage, 2 * kPage, MREMAP_MAYMOVE | 4, NULL);
  printf("%s: %s, left: %d\n", outcome(q), q, p[0]);
  p[0] = 'x';
  printf("%c %c\n", p[0], q[0]);
  printf("%s\n", outcome(remap(p, 2 * kPage, 3 * kPage, MREMAP_MAYMOVE | 4, NULL)));
  printf("%s\n", outcome(remap(p, 2 * kPage, 2 * kPage, 4, NULL)));

  char *shared = map(1, MAP_SHARED);
  char *again = remap(shared, 0, kPage, MREMAP_MAYMOVE, NULL);
  printf("%s\n", outcome(again));
  strcpy(shared, "both");
  printf("%s\n", again);
  printf("%s\n", outcome(remap(shared, 0, kPage, 0, NULL)));

  char *target = map(4, MAP_PRIVATE);
  memset(target, 't', 4 * kPage);
  char *fixed = remap(q, 2 * kPage, 2 * kPage, MREMAP_MAYMOVE | MREMAP_FIXED, target + kPage);
  printf("%s %d: %s %c %c\n", outcome(fixed), fixed == target + kPage, fixed, target[0],
         target[3 * kPage]);
  printf("%s\n",
         outcome(remap(fixed, 2 * kPage, 2 * kPage, MREMAP_MAYMOVE | MREMAP_FIXED, fixed + kPage)));
  printf("%s\n", outcome(remap(fixed, 2 * kPage, 2 * kPage, MREMAP_FIXED, target)));
  printf("%s\n", outcome(remap(fixed + 1, kPage, kPage, MREMAP_MAYMOVE, NULL)));
  printf("%s\n", outcome(remap(fixed, kPage, 0, MREMAP_MAYMOVE, NULL)));
  printf("%s\n", outcome(remap(q, kPage, 2 * kPage, MREMAP_MAYMOVE, NULL)));
  printf("%s\n", outcome(remap(fixed, kPage, kPage, 8, NULL)));
  return 0;
}
