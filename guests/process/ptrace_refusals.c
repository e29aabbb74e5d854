// ptrace(2): nobody traces himself, a process that is not there, or one he has not attached to.
// covers: ptrace
#include "guest.h"
#include <sys/ptrace.h>

int main(void) {
  const pid_t child = (pid_t)must(fork());
  if (child == 0)
    for (;;) pause();
  show(ptrace(PTRACE_ATTACH, getpid(), NULL, NULL));
  show(ptrace(PTRACE_ATTACH, 0x3fffffff, NULL, NULL));
  show(ptrace(PTRACE_CONT, child, NULL, NULL));
  show(ptrace(PTRACE_DETACH, child, NULL, NULL));
  must(kill(child, SIGKILL));
  print_status("child", wait_for(child));
  return 0;
}
