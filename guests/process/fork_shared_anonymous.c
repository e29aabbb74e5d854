// mmap(2): a MAP_SHARED anonymous mapping stays shared across fork, also through a grandchild, with
// pages first touched only after the fork, and after the parent has unmapped it.
// covers: mmap munmap clone wait4
#include "guest.h"

static volatile int *shared;

static void grandchild(void) { shared[3 * kPage / 4] = 33; }

static void child(void) {
  shared[0] += 1;
  shared[kPage / 4] = 11;
  print_status("grandchild", in_child(grandchild));
  printf("child sees the grandchild's %d\n", shared[3 * kPage / 4]);
}

int main(void) {
  shared = mmap(NULL, 4 * kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must((long)shared);
  shared[0] = 41;
  print_status("child", in_child(child));
  printf("parent sees %d %d %d %d\n", shared[0], shared[kPage / 4], shared[2 * kPage / 4],
         shared[3 * kPage / 4]);
  int channel[2];
  must(pipe(channel));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    char byte;
    must(close(channel[1]));
    must(read(channel[0], &byte, 1));
    _exit(shared[0] == 50 ? 0 : 1);
  }
  shared[0] = 50;
  must(munmap((void *)shared, 4 * kPage));
  must(close(channel[1]));
  print_status("child after the parent's munmap", wait_for(pid));
  return 0;
}
