// clone(2): a place for the child's id that cannot be written does not fail the call, and the child
// lives.
// covers: clone wait4
#include "guest.h"
#include "edge.h"

static long run(unsigned long flags, void *parent_tid, void *child_tid) {
#if defined(__x86_64__)
  const long pid = syscall(SYS_clone, flags | SIGCHLD, 0L, parent_tid, child_tid, 0L);
#else
  const long pid = syscall(SYS_clone, flags | SIGCHLD, 0L, parent_tid, 0L, child_tid);
#endif
  if (pid == 0) _exit(7);
  if (pid == -1) return -1;
  return WEXITSTATUS(wait_for((pid_t)pid)) == 7 ? 0 : -1;
}

int main(void) {
  at_edges(sizeof(int), NULL, run(CLONE_PARENT_SETTID, p, NULL));
  at_edges(sizeof(int), NULL, run(CLONE_CHILD_SETTID, NULL, p));
  at_edges(sizeof(int), NULL, run(CLONE_CHILD_CLEARTID, NULL, p));
  return 0;
}
