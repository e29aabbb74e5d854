// wait4(2), WCONTINUED: a child resumed by SIGCONT is reported once with status 0xffff, and only if
// it had been stopped.
// covers: wait4 kill
#include "guest.h"

int main(void) {
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    for (;;) pause();
  }
  int status = 0;
  must(kill(pid, SIGCONT));
  show(waitpid(pid, &status, WCONTINUED | WNOHANG));
  for (int round = 0; round < 2; round++) {
    must(kill(pid, SIGSTOP));
    expect(waitpid(pid, &status, WUNTRACED) == pid);
    print_status("child", status);
    must(kill(pid, SIGCONT));
    expect(waitpid(pid, &status, WCONTINUED) == pid);
    print_status("child", status);
    printf("status %#x\n", (unsigned)status);
    show(waitpid(pid, &status, WCONTINUED | WUNTRACED | WNOHANG));
  }
  must(kill(pid, SIGTERM));
  expect(waitpid(pid, &status, WCONTINUED | WUNTRACED) == pid);
  print_status("child", status);
  return 0;
}
