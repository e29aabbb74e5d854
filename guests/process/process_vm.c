// process_vm_readv(2), process_vm_writev(2): memory of another process in pieces; what was moved
// before a missing page counts, and nothing at all is EFAULT.
// covers: process_vm_readv process_vm_writev
#include "guest.h"
#include <sys/uio.h>

int main(void) {
  char *shared_address =
      mmap(NULL, 2 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)shared_address);
  must(munmap(shared_address + kPage, kPage));
  strcpy(shared_address, "parent");
  int ready[2], gate[2];
  must(pipe(ready));
  must(pipe(gate));
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    must(close(gate[1]));
    strcpy(shared_address, "child's");
    must(write(ready[1], "x", 1));
    char byte;
    if (read(gate[0], &byte, 1) != 0) _exit(9);
    _exit(strcmp(shared_address, "CHILD's") == 0 ? 0 : 1);
  }
  char byte;
  must(read(ready[0], &byte, 1));
  char one[4] = {0}, two[8] = {0};
  struct iovec local[2] = {{one, 3}, {two, 5}};
  struct iovec remote = {shared_address, 8};
  show(process_vm_readv(child, local, 2, &remote, 1, 0));
  printf("%s|%s\n", one, two);
  struct iovec from = {"CHILD", 5};
  show(process_vm_writev(child, &from, 1, &remote, 1, 0));
  expect(strcmp(shared_address, "parent") == 0);

  static char big[2 * kPage];
  struct iovec all = {big, sizeof big};
  struct iovec over_the_edge = {shared_address + kPage - 100, 300};
  expect(process_vm_readv(child, &all, 1, &over_the_edge, 1, 0) <= 100);
  struct iovec nowhere = {shared_address + kPage, 10};
  show(process_vm_readv(child, &all, 1, &nowhere, 1, 0));
  struct iovec bad_local = {(void *)16, 8};
  show(process_vm_readv(child, &bad_local, 1, &remote, 1, 0));
  show(process_vm_readv(child, &all, 0, &remote, 1, 0));
  show(process_vm_readv(child, &all, 1, &remote, 0, 0));
  show(process_vm_readv(child, &all, 1, &remote, 1, 1));
  show(process_vm_readv(child, &all, 1025, &remote, 1, 0));
  show(process_vm_readv(child, (struct iovec *)16, 1, &remote, 1, 0));
  show(process_vm_readv(child, &all, 1, (struct iovec *)16, 1, 0));
  show(process_vm_readv(0x3fffffff, &all, 1, &remote, 1, 0));
  struct iovec negative = {big, (size_t)-1};
  show(process_vm_readv(child, &negative, 1, &remote, 1, 0));
  must(close(gate[1]));
  print_status("child", wait_for(child));
  return 0;
}
