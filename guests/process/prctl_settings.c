// prctl(2): settings that are checked, kept, told, inherited by fork and kept or reset by exec.
// covers: prctl
#include "guest.h"
#include <sys/prctl.h>

#ifndef PR_SET_IO_FLUSHER
#define PR_SET_IO_FLUSHER 57
#define PR_GET_IO_FLUSHER 58
#endif

static void in_fork(void) {
  show(prctl(PR_GET_DUMPABLE));
  show(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  show(prctl(PR_GET_TIMERSLACK));
  show(prctl(PR_SET_TIMERSLACK, 0));
  show(prctl(PR_GET_TIMERSLACK));
  int told = -1;
  show(prctl(PR_GET_CHILD_SUBREAPER, &told));
  printf("subreaper %d\n", told);
  show(prctl(PR_GET_PDEATHSIG, &told));
  printf("death signal %d\n", told);
  show(prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0));
}

int main(void) {
  int told = -1;
  show(prctl(PR_GET_DUMPABLE));
  show(prctl(PR_SET_DUMPABLE, 2));
  show(prctl(PR_SET_DUMPABLE, 0));
  show(prctl(PR_GET_DUMPABLE));
  show(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
  show(prctl(PR_SET_NO_NEW_PRIVS, 1, 1, 0, 0));
  show(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  show(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  show(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  show(prctl(PR_GET_NO_NEW_PRIVS, 1, 0, 0, 0));
  show(prctl(PR_SET_TIMERSLACK, 70000));
  show(prctl(PR_GET_TIMERSLACK));
  show(prctl(PR_SET_CHILD_SUBREAPER, 1));
  show(prctl(PR_GET_CHILD_SUBREAPER, &told));
  printf("subreaper %d\n", told);
  show(prctl(PR_GET_CHILD_SUBREAPER, 16));
  show(prctl(PR_SET_PDEATHSIG, SIGUSR1));
  show(prctl(PR_GET_PDEATHSIG, 16));
  show(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0));
  show(prctl(PR_SET_THP_DISABLE, 1, 1, 0, 0));
  show(prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0));
  show(prctl(PR_GET_THP_DISABLE, 1, 0, 0, 0));
  print_status("child", in_child(in_fork));
  show(prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0));
  show(prctl(PR_GET_TIMING));
  show(prctl(PR_SET_TIMING, 0));
  show(prctl(PR_SET_TIMING, 1));
  show(prctl(PR_GET_SECCOMP));
  show(prctl(PR_MCE_KILL_GET, 0, 0, 0, 0));
  show(prctl(PR_MCE_KILL_GET, 1, 0, 0, 0));
  show(prctl(PR_MCE_KILL, 1, 1, 0, 0));
  show(prctl(PR_MCE_KILL_GET, 0, 0, 0, 0));
  show(prctl(PR_MCE_KILL, 0, 0, 0, 0));
  show(prctl(PR_MCE_KILL_GET, 0, 0, 0, 0));
  show(prctl(PR_MCE_KILL, 7, 0, 0, 0));
  show(prctl(PR_MCE_KILL, 1, 9, 0, 0));
  show(prctl(123456));
  return 0;
}
