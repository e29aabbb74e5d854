// prctl(2), PR_SET_CHILD_SUBREAPER: an orphan's parent becomes the nearest subreaper, which can
// wait for it; the attribute is not inherited.
// covers: prctl getppid wait4 clone
#include "guest.h"
#include <sys/prctl.h>

int main(void) {
  int channel[2];
  must(pipe(channel));
  int subreaper = -1;
  show(prctl(PR_GET_CHILD_SUBREAPER, &subreaper));
  show(subreaper);
  show(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
  show(prctl(PR_GET_CHILD_SUBREAPER, &subreaper));
  show(subreaper);
  const pid_t self = getpid();
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    const pid_t middle = getpid();
    prctl(PR_GET_CHILD_SUBREAPER, &subreaper);
    const pid_t orphan = (pid_t)must(fork());
    if (orphan != 0) _exit(subreaper);
    while (getppid() == middle) sleep_ms(1);
    const pid_t own = getpid();
    must(write(channel[1], &own, sizeof own));
    _exit(getppid() == self ? 21 : 22);
  }
  print_status("child (its attribute)", wait_for(child));
  pid_t orphan = -1;
  must(read(channel[0], &orphan, sizeof orphan));
  print_status("orphan", wait_for(orphan));
  show(wait(NULL));
  return 0;
}
