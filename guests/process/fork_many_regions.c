// fork(2): every mapping is inherited, however many there are. 500 regions of alternating
// protection are all found in the child, those without write permission included.
// covers: clone wait4 mmap mprotect munmap
#include "guest.h"

enum { kRegions = 500 };

static unsigned char *regions[kRegions];

// Neighbours differ in protection, so no two of them are one region.
static int protection_of(int i) {
  static const int kProtections[] = {PROT_READ | PROT_WRITE, PROT_READ, PROT_READ | PROT_WRITE,
                                     PROT_NONE};
  return kProtections[i % 4];
}

static void check_regions(void) {
  int intact = 0;
  for (int i = 0; i < kRegions; i++) {
    if (protection_of(i) == PROT_NONE) must(mprotect(regions[i], kPage, PROT_READ));
    const bool same = regions[i][0] == i % 251 && regions[i][kPage - 1] == i % 249;
    if (same) intact++;
    if (protection_of(i) == PROT_NONE) must(mprotect(regions[i], kPage, PROT_NONE));
  }
  printf("regions intact: %d\n", intact);
}

static void touch_first(void) { regions[0][0] = 1; }

static void child(void) {
  check_regions();
  int written = 0;
  for (int i = 0; i < kRegions; i++) {
    if (!(protection_of(i) & PROT_WRITE)) continue;
    memset(regions[i], 0xee, kPage);
    written++;
  }
  printf("regions overwritten by the child: %d\n", written);
}

int main(void) {
  for (int i = 0; i < kRegions; i++) {
    regions[i] = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must((long)regions[i]);
    regions[i][0] = i % 251;
    regions[i][kPage - 1] = i % 249;
    must(mprotect(regions[i], kPage, protection_of(i)));
  }
  print_status("child", in_child(child));
  check_regions();
  for (int i = 0; i < kRegions; i++) must(munmap(regions[i], kPage));
  print_status("child that touches an unmapped region", in_child(touch_first));
  return 0;
}
