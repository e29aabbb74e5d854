// fork(2): a region of 64 MiB is inherited whole, whether every page of it was touched or only a
// few, and untouched pages still read as zero on both sides.
// covers: clone wait4 mmap
#include "guest.h"

enum { kSize = 64 << 20, kPages = kSize / kPage, kSparse = 97 };

static uint32_t *sparse;
static uint32_t *full;

static uint32_t *page_of(uint32_t *region, int page) { return region + (size_t)page * (kPage / 4); }

static void count_pages(const char *who) {
  int sparse_right = 0, full_right = 0;
  for (int i = 0; i < kPages; i++) {
    const uint32_t wanted = i % kSparse == 0 ? (uint32_t)i + 1 : 0;
    sparse_right += *page_of(sparse, i) == wanted;
    full_right += *page_of(full, i) == ~(uint32_t)i;
  }
  printf("%s: sparse pages right: %d, full pages right: %d\n", who, sparse_right, full_right);
}

static void child(void) {
  count_pages("child");
  for (int i = 0; i < kPages; i += 5) *page_of(sparse, i) = *page_of(full, i) = 0xdeadbeef;
}

int main(void) {
  const int protection = PROT_READ | PROT_WRITE;
  sparse = mmap(NULL, kSize, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  full = mmap(NULL, kSize, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)sparse);
  must((long)full);
  for (int i = 0; i < kPages; i += kSparse) *page_of(sparse, i) = (uint32_t)i + 1;
  for (int i = 0; i < kPages; i++) *page_of(full, i) = ~(uint32_t)i;
  print_status("child", in_child(child));
  count_pages("parent");
  return 0;
}
