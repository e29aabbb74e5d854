// mlock(2), mlockall(2): locking mapped memory succeeds within the limit, unmapped memory is
// ENOMEM, unknown flags EINVAL.
// covers: mlock munlock mlockall munlockall
#include "guest.h"

int main(void) {
  char *base = mmap(NULL, 4 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)base);
  show(mlock(base, 2 * kPage));
  base[0] = 1;
  show(mlock(base + 10, 10));
  show(munlock(base, 4 * kPage));
  must(munmap(base + kPage, kPage));
  show(mlock(base, 3 * kPage));
  show(munlock(base, 3 * kPage));
  show(mlockall(0));
  show(mlockall(0x100));
  show(munlockall());
  return 0;
}
