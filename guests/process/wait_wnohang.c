// wait4(2), WNOHANG: 0 while children exist and none has changed state, the pid once one has,
// ECHILD when none is left; the status is not written when the call returns 0.
// covers: wait4
#include "guest.h"

int main(void) {
  int channel[2];
  must(pipe(channel));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    char byte;
    must(close(channel[1]));
    must(read(channel[0], &byte, 1));
    _exit(8);
  }
  int status = 12345;
  show(waitpid(pid, &status, WNOHANG));
  show(waitpid(-1, &status, WNOHANG));
  show(waitpid(0, &status, WNOHANG));
  show(status);
  must(close(channel[1]));
  pid_t found;
  while ((found = waitpid(-1, &status, WNOHANG)) == 0) sleep_ms(1);
  expect(found == pid);
  print_status("child", status);
  show(waitpid(-1, &status, WNOHANG));
  show(waitpid(pid, &status, WNOHANG));
  return 0;
}
