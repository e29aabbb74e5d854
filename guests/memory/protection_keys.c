// pkeys(7) where there are none to be had: key -1 is mprotect(2), and what was not allocated cannot
// be freed. (Whether pkey_alloc succeeds depends on the CPU.)
// covers: pkey_mprotect pkey_alloc pkey_free
#include "guest.h"

int main(void) {
  char *p = mmap(NULL, kPage, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  show(syscall(SYS_pkey_mprotect, p, (long)kPage, PROT_READ | PROT_WRITE, -1));
  *p = 'x';
  show(syscall(SYS_pkey_mprotect, p, (long)kPage, PROT_READ, 9));
  show(syscall(SYS_pkey_mprotect, p + 1, (long)kPage, PROT_READ, -1));
  show(syscall(SYS_pkey_alloc, 1L, 0L));
  show(syscall(SYS_pkey_alloc, 0L, 8L));
  show(syscall(SYS_pkey_free, 9));
  show(syscall(SYS_pkey_free, -1));
  return 0;
}
