// Calls that tell or set something about processes: the structure may end at the edge of memory,
// one byte over is EFAULT.
// covers: getrusage prlimit64 getresuid getresgid getgroups sched_getaffinity sched_setaffinity
// covers: sched_getparam sched_setparam getcpu prctl get_robust_list getrandom
#include "guest.h"
#include "edge.h"
#include <sys/prctl.h>

int main(void) {
  at_edges(kKernelRusage, NULL, syscall(SYS_getrusage, RUSAGE_SELF, p));
  struct rlimit limit;
  must(getrlimit(RLIMIT_CORE, &limit));
  at_edges(sizeof limit, NULL, syscall(SYS_prlimit64, 0, RLIMIT_CORE, NULL, p));
  at_edges(sizeof limit, &limit, syscall(SYS_prlimit64, 0, RLIMIT_CORE, p, NULL));
  unsigned id;
  at_edges(sizeof id, NULL, syscall(SYS_getresuid, p, &id, &id));
  at_edges(sizeof id, NULL, syscall(SYS_getresuid, &id, p, &id));
  at_edges(sizeof id, NULL, syscall(SYS_getresuid, &id, &id, p));
  at_edges(sizeof id, NULL, syscall(SYS_getresgid, p, &id, &id));
  at_edges(sizeof id, NULL, syscall(SYS_getresgid, &id, p, &id));
  at_edges(sizeof id, NULL, syscall(SYS_getresgid, &id, &id, p));
  unsigned long mask[128];
  const long size = must(syscall(SYS_sched_getaffinity, 0, sizeof mask, mask));
  at_edges((size_t)size, NULL, syscall(SYS_sched_getaffinity, 0, size, p));
  at_edges((size_t)size, mask, syscall(SYS_sched_setaffinity, 0, size, p));
  const int priority = 0;
  at_edges(sizeof priority, NULL, syscall(SYS_sched_getparam, 0, p));
  at_edges(sizeof priority, &priority, syscall(SYS_sched_setparam, 0, p));
  at_edges(sizeof id, NULL, syscall(SYS_getcpu, p, NULL, NULL));
  at_edges(sizeof id, NULL, syscall(SYS_getcpu, NULL, p, NULL));
  at_edges(16, NULL, syscall(SYS_prctl, PR_GET_NAME, p, 0L, 0L, 0L));
  at_edges(sizeof(int), NULL, syscall(SYS_prctl, PR_GET_CHILD_SUBREAPER, p, 0L, 0L, 0L));
  string_at_edges("name", syscall(SYS_prctl, PR_SET_NAME, p, 0L, 0L, 0L));
  void *head;
  size_t length;
  at_edges(sizeof head, NULL, syscall(SYS_get_robust_list, 0, p, &length));
  at_edges(sizeof length, NULL, syscall(SYS_get_robust_list, 0, &head, p));
  at_edges(100, NULL, syscall(SYS_getrandom, p, 100L, 0));
  return 0;
}
