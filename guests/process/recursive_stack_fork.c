// fork(2): each child has its own copy of the whole stack; a chain of children, each forked one
// call deeper, finds its own local variables unchanged when its children have gone.
// covers: clone wait4 exit_group
#include "guest.h"

static int descend(int depth) {
  volatile int local[64];
  for (int i = 0; i < 64; i++) local[i] = depth * 100 + i;
  if (depth > 0) {
    const pid_t pid = (pid_t)must(fork());
    if (pid == 0) _exit(descend(depth - 1));
    const int status = wait_for(pid);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != depth - 1) return 200;
  }
  for (int i = 0; i < 64; i++) {
    if (local[i] != depth * 100 + i) return 201;
  }
  printf("depth %d intact\n", depth);
  return depth;
}

int main(void) {
  show(descend(30));
  return 0;
}
