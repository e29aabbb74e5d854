// set_mempolicy(2) and kin on node 0, which every machine has: policies are checked, kept and
// inherited; pages stay where they are.
// covers: set_mempolicy get_mempolicy mbind migrate_pages move_pages
#include "guest.h"

enum { kBits = 1025 };  // one more than any kernel's nodes, as libnuma passes it

static void print_policy(void) {
  int mode = -1;
  unsigned long nodes[16] = {0};
  must(syscall(SYS_get_mempolicy, &mode, nodes, 1024L, 0L, 0L));
  printf("mode %d, nodes %lx\n", mode, nodes[0]);
}

static void in_a_child(void) { print_policy(); }

int main(void) {
  unsigned long node0[17] = {1}, none[17] = {0};
  print_policy();
  show(syscall(SYS_set_mempolicy, 2, node0, (long)kBits));
  print_policy();
  fflush(stdout);
  print_status("child", in_child(in_a_child));
  show(syscall(SYS_set_mempolicy, 2, none, (long)kBits));
  show(syscall(SYS_set_mempolicy, 1, NULL, 0L));
  print_policy();
  show(syscall(SYS_set_mempolicy, 3 | 1 << 15, node0, (long)kBits));
  print_policy();
  show(syscall(SYS_set_mempolicy, 0, node0, (long)kBits));
  show(syscall(SYS_set_mempolicy, 99, node0, (long)kBits));
  show(syscall(SYS_set_mempolicy, 2, 16L, (long)kBits));
  show(syscall(SYS_set_mempolicy, 0, NULL, 0L));
  print_policy();

  char *p = mmap(NULL, 2 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  show(syscall(SYS_mbind, p, 2L * kPage, 2, node0, (long)kBits, 0));
  show(syscall(SYS_mbind, p + 1, 2L * kPage, 2, node0, (long)kBits, 0));
  show(syscall(SYS_mbind, p, 2L * kPage, 2, none, (long)kBits, 0));
  show(syscall(SYS_mbind, p, 2L * kPage, 2, node0, (long)kBits, 0x80));
  show(syscall(SYS_get_mempolicy, NULL, NULL, 0L, p, 0L));
  show(syscall(SYS_get_mempolicy, NULL, NULL, 0L, p, 8L));
  int node = -1;
  show(syscall(SYS_get_mempolicy, &node, NULL, 0L, p, 3L));
  show(node);

  *p = 'x';
  void *pages[1] = {p};
  int status[1] = {77};
  show(syscall(SYS_move_pages, 0, 1L, pages, NULL, status, 0));
  show(status[0]);
  const int target[1] = {0};
  show(syscall(SYS_move_pages, 0, 1L, pages, target, status, 2));
  show(syscall(SYS_move_pages, 0, 1L, pages, NULL, status, 0x40));
  show(syscall(SYS_move_pages, 0, 1L, 16L, NULL, status, 0));
  must(munmap(p, 2 * kPage));
  show(syscall(SYS_mbind, p, 2L * kPage, 2, node0, (long)kBits, 0));
  show(syscall(SYS_get_mempolicy, NULL, NULL, 0L, p, 2L));
  show(syscall(SYS_migrate_pages, 0, (long)kBits, node0, node0));
  return 0;
}
