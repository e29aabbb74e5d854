// Memory that processes share by a mapping, by a memfd and by a file, written by parent and child
// in turn: each line tells what both have added. Forks of the machine in between must not meet.
// covers: mmap, memfd_create
#include "guest.h"

static int *shared(int fd) {
  const int flags = fd < 0 ? MAP_SHARED | MAP_ANONYMOUS : MAP_SHARED;
  int *const page = mmap(NULL, kPage, PROT_READ | PROT_WRITE, flags, fd, 0);
  must((long)page);
  return page;
}

int main(void) {
  const int memory = must(syscall(SYS_memfd_create, "counter", 0));
  must(ftruncate(memory, kPage));
  int *const counters[3] = {shared(-1), shared(memory), shared(memory) + 8};
  int to_child[2], to_parent[2];
  must(pipe(to_child));
  must(pipe(to_parent));
  const int child = must(fork());
  const int from = child ? to_parent[0] : to_child[0], to = child ? to_child[1] : to_parent[1];
  char turn = 'x';
  if (child) must(write(to, &turn, 1));
  for (int i = 0; i < 4; i++) {
    must(read(from, &turn, 1));
    for (int k = 0; k < 3; k++) ++*counters[k];
    if (child) {
      printf("%d %d %d\n", *counters[0], *counters[1], *counters[2]);
      fflush(stdout);
    }
    must(write(to, &turn, 1));
  }
  int status = 0;
  if (child) must(waitpid(child, &status, 0));
  return 0;
}
