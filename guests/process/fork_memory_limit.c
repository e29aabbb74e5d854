// setrlimit(2), RLIMIT_AS: under a limit already exceeded mmap and brk fail with ENOMEM and change
// nothing; fork still works, its child inherits the limit, and the parent's memory is intact.
// covers: prlimit64 mmap brk clone wait4 mremap
#include "guest.h"

static unsigned char *region;

static void try_to_grow(void) {
  const int protection = PROT_READ | PROT_WRITE;
  char *const end = move_break(0);
  show_ok(mmap(NULL, 1 << 20, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  show_ok((long)mremap(region, 16 * kPage, 1 << 20, MREMAP_MAYMOVE));
  show_ok(move_break(1 << 20));
  expect(move_break(0) == end);
  size_t wrong = 0;
  for (size_t i = 0; i < 16 * kPage; i++) wrong += region[i] != i % 253;
  printf("bytes changed: %zu\n", wrong);
}

static void child(void) {
  try_to_grow();
  memset(region, 0, 16 * kPage);
}

int main(void) {
  const int protection = PROT_READ | PROT_WRITE;
  region = mmap(NULL, 16 * kPage, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)region);
  for (size_t i = 0; i < 16 * kPage; i++) region[i] = i % 253;
  struct rlimit old, tight;
  must(getrlimit(RLIMIT_AS, &old));
  tight = old;
  tight.rlim_cur = 64 * kPage;
  must(setrlimit(RLIMIT_AS, &tight));
  try_to_grow();
  print_status("child", in_child(child));
  try_to_grow();
  must(setrlimit(RLIMIT_AS, &old));
  show_ok(mmap(NULL, 1 << 20, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  show_ok(move_break(1 << 20));
  return 0;
}
