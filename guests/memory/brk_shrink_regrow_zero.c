// brk(2): shrinking gives whole pages back, growing again finds zeros there, and an impossible
// break leaves the current one.
// covers: brk
#include "guest.h"

int main(void) {
  char *const start = move_break(0);
  // From here on everything is page aligned.
  must((long)move_break((long)(-(uintptr_t)start % kPage)));
  char *const base = move_break(0);
  char *const top = move_break(8 * kPage);
  must((long)top);
  memset(base, 'a', 8 * kPage);
  expect(move_break(-6 * kPage) == base + 2 * kPage);
  size_t kept = 0;
  for (char *p = base; p < base + 2 * kPage; p++) kept += *p == 'a';
  printf("bytes kept: %zu\n", kept);
  expect(move_break(6 * kPage) == top);
  size_t zero = 0;
  for (char *p = base + 2 * kPage; p < top; p++) zero += *p == 0;
  printf("bytes zero: %zu\n", zero);
  expect((char *)syscall(SYS_brk, 0L) == top);
  expect((char *)syscall(SYS_brk, 1L) == top);
  expect((char *)syscall(SYS_brk, start - (64 << 20)) == top);
  expect((char *)syscall(SYS_brk, -1L) == top);
  // Another mapping in the way.
  char *const wall = mmap(top + 4 * kPage, kPage, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  must((long)wall);
  expect((char *)syscall(SYS_brk, top + 16 * kPage) == top);
  expect((char *)syscall(SYS_brk, top + 2 * kPage) == top + 2 * kPage);
  top[2 * kPage - 1] = 1;
  expect((char *)syscall(SYS_brk, base) == base);
  return 0;
}
