// setpgid(2), kernel/exit.c: when the last parent outside goes, a group with a stopped member gets
// SIGHUP and SIGCONT; a member of an orphaned group is not stopped by SIGTSTP, only by SIGSTOP.
// covers: setpgid setsid kill
#include "guest.h"

static int report;

static void handler(int number) {
  const char c = number == SIGHUP ? 'h' : 'c';
  if (write(report, &c, 1) != 1) _exit(9);
}

// In a session of its own: the middle process goes while its child, in another group, is stopped.
static void session(int out) {
  must(setsid());
  int ready[2];
  must(pipe(ready));
  const pid_t middle = (pid_t)must(fork());
  if (middle == 0) {
    const pid_t last = (pid_t)must(fork());
    if (last == 0) {
      must(setpgid(0, 0));
      report = out;
      install_handler(SIGHUP, handler, 0);
      install_handler(SIGCONT, handler, 0);
      change_mask(SIG_BLOCK, SIGHUP);
      must(raise(SIGSTOP));
      change_mask(SIG_UNBLOCK, SIGHUP);
      must(raise(SIGTSTP));  // orphaned by now: nothing happens
      must(write(out, "t", 1));
      _exit(0);
    }
    int status;
    must(waitpid(last, &status, WUNTRACED));
    _exit(WIFSTOPPED(status) ? 0 : 1);
  }
  print_status("middle", wait_for(middle));
}

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  int ends[2];
  must(pipe(ends));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    close(ends[0]);
    session(ends[1]);
    _exit(0);
  }
  close(ends[1]);
  char told[8] = "";
  int size = 0;
  while (read(ends[0], told + size, 1) == 1) size++;
  printf("%s\n", told);
  print_status("leader", wait_for(pid));
  return 0;
}
