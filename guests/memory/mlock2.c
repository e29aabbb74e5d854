// mlock2(2): as mlock(2), or with MLOCK_ONFAULT for pages that come later.
// covers: mlock2
#include "guest.h"

int main(void) {
  char *memory = mmap(NULL, 2 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)memory);
  show(syscall(SYS_mlock2, memory, kPage, 0));
  show(syscall(SYS_mlock2, memory, kPage, 1));
  show(syscall(SYS_mlock2, memory, kPage, 2));
  must(munmap(memory + kPage, kPage));
  show(syscall(SYS_mlock2, memory, 2 * kPage, 1));
  show(syscall(SYS_mlock2, memory, 0, 1));
  show(munlock(memory, kPage));
  return 0;
}
