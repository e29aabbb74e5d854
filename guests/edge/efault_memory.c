// mincore(2), futex(2): the vector or word may end at the edge of memory; beyond is EFAULT.
// covers: mincore futex
#include "guest.h"
#include "edge.h"
#include <linux/futex.h>

int main(void) {
  char *base = mmap(NULL, 8 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)base);
  at_edges(8, NULL, syscall(SYS_mincore, base, 8L * kPage, p));
  char *end = memory_edge();
  show(syscall(SYS_futex, end - 4, FUTEX_WAIT, 1, NULL, NULL, 0));
  show(syscall(SYS_futex, end, FUTEX_WAIT, 1, NULL, NULL, 0));
  show(syscall(SYS_futex, NULL, FUTEX_WAIT, 1, NULL, NULL, 0));
  show(syscall(SYS_futex, -4096L, FUTEX_WAIT, 1, NULL, NULL, 0));
  show(syscall(SYS_futex, -4096L, FUTEX_WAKE, 1, NULL, NULL, 0));
  const struct timespec past = {0, 0};
  uint32_t word = 1;
  at_edges(sizeof past, &past,
           syscall(SYS_futex, &word, FUTEX_WAIT, edge_number == 3 ? 0 : 1, p, NULL, 0));
  return 0;
}
