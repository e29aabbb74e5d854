// mlock2(2): with MLOCK_ONFAULT pages are locked as they come; what mlock(2) refuses it refuses.
// covers: mlock2 munlock
#include "guest.h"

int main(void) {
  char *p = mmap(NULL, 2 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  unsigned char there[2];
  show(syscall(SYS_mlock2, p, (long)kPage, 1));
  show(mincore(p, kPage, there));
  show(there[0] & 1);
  show(syscall(SYS_mlock2, p, (long)kPage, 0));
  show(mincore(p, kPage, there));
  show(there[0] & 1);
  show(syscall(SYS_mlock2, p, (long)kPage, 2));
  must(munmap(p + kPage, kPage));
  show(syscall(SYS_mlock2, p, 2L * kPage, 1));
  show(syscall(SYS_mlock2, p, 2L * kPage, 0));
  show(munlock(p, kPage));
  return 0;
}
