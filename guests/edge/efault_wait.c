// wait4(2), waitid(2): a status, siginfo or usage that cannot be written is EFAULT, and the child
// has been reaped all the same.
// covers: wait4 waitid
#include "guest.h"
#include "edge.h"

static void have_zombie(void) {
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) _exit(3);
  siginfo_t info;
  must(waitid(P_PID, pid, &info, WEXITED | WNOWAIT));
}

// The outcome, with the number of children left in brackets.
static long reap(int *status, struct rusage *usage) {
  have_zombie();
  const long result = syscall(SYS_wait4, -1, status, 0, usage);
  const int error = errno;
  int left = 0;
  while (wait(NULL) > 0) left++;
  printf("[%d] ", left);
  errno = error;
  return result;
}

static long reap_id(siginfo_t *info, struct rusage *usage) {
  have_zombie();
  const long result = syscall(SYS_waitid, P_ALL, 0, info, WEXITED, usage);
  const int error = errno;
  int left = 0;
  while (wait(NULL) > 0) left++;
  printf("[%d] ", left);
  errno = error;
  return result;
}

int main(void) {
  at_edges(sizeof(int), NULL, reap(p, NULL));
  at_edges(kKernelRusage, NULL, reap(NULL, p));
  // Of siginfo only the head is written.
  at_edges(sizeof(siginfo_t), NULL, reap_id(edge_number == 1 ? NULL : p, NULL));
  at_edges(kKernelRusage, NULL, reap_id(NULL, p));
  return 0;
}
