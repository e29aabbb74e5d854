// getppid(2): a process whose parent has exited gets another parent, and PR_SET_PDEATHSIG sends it
// the signal it asked for at that moment.
// covers: getppid prctl clone
#include "guest.h"
#include <sys/prctl.h>

int main(void) {
  int channel[2];
  must(pipe(channel));
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    const pid_t middle = getpid();
    change_mask(SIG_BLOCK, SIGUSR1);
    int ready[2];
    must(pipe(ready));
    if (must(fork()) != 0) {
      char byte;
      must(read(ready[0], &byte, 1));
      _exit(0);
    }
    int told = -1;
    must(prctl(PR_SET_PDEATHSIG, SIGUSR1));
    must(prctl(PR_GET_PDEATHSIG, &told));
    must(write(ready[1], "x", 1));
    const sigset_t set = set_of(SIGUSR1);
    const int got = sigwaitinfo(&set, NULL);
    const char answer[3] = {told == SIGUSR1, got == SIGUSR1, getppid() != middle};
    must(write(channel[1], answer, sizeof answer));
    _exit(0);
  }
  print_status("child", wait_for(child));
  must(close(channel[1]));
  char answer[3] = {0};
  show(read(channel[0], answer, sizeof answer));
  printf("PDEATHSIG kept %d, signal arrived %d, parent changed %d\n", answer[0], answer[1],
         answer[2]);
  show(prctl(PR_SET_PDEATHSIG, 65));
  return 0;
}
