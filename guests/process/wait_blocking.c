// wait4(2): without WNOHANG the call sleeps until the child has exited, for a pid, for any child
// and for a process group, and a child that has already exited is reported at once.
// covers: wait4 clone setpgid nanosleep
#include "guest.h"

// Exits when the write end of `until` is closed.
static pid_t child_exiting_after(int code, const int *until) {
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    char byte;
    close(until[1]);
    must(read(until[0], &byte, 1));
    _exit(code);
  }
  return pid;
}

static pid_t child_exiting(int code, long after_ms) {
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    sleep_ms(after_ms);
    _exit(code);
  }
  return pid;
}

int main(void) {
  int status = -1;
  const pid_t first = child_exiting(1, 20);
  expect(waitpid(first, &status, 0) == first);
  print_status("named child", status);

  int until[2];
  must(pipe(until));
  const pid_t slow = child_exiting_after(2, until);
  const pid_t quick = child_exiting(3, 10);
  expect(wait(&status) == quick);
  print_status("any child", status);
  must(close(until[1]));
  expect(wait(&status) == slow);
  print_status("any child", status);

  const pid_t own_group = child_exiting(4, 30);
  must(setpgid(own_group, own_group));
  const pid_t same_group = child_exiting(5, 10);
  expect(waitpid(-own_group, &status, 0) == own_group);
  print_status("child of the group", status);
  expect(waitpid(0, &status, 0) == same_group);
  print_status("child of the caller's group", status);

  const pid_t early = child_exiting(6, 0);
  sleep_ms(20);
  expect(waitpid(early, &status, 0) == early);
  print_status("zombie", status);

  const pid_t unread = child_exiting(7, 0);
  expect(waitpid(unread, NULL, 0) == unread);
  show(wait(&status));
  return 0;
}
