// setpgid(2), setsid(2): groups and sessions are inherited; a leader cannot leave its session, a
// child that has called execve cannot be moved, and a group must be of the same session.
// covers: setpgid getpgid getsid setsid getpid
#include "guest.h"

static void session_leader(void) {
  expect(setsid() == getpid());
  expect(getsid(0) == getpid());
  expect(getpgrp() == getpid());
  show(setsid());
  show(setpgid(0, 0));
  const pid_t parent = getppid();
  show(setpgid(0, getpgid(parent)));
}

static void group_leader(void) {
  show(setpgid(0, 0));
  expect(getpgrp() == getpid());
  show(setsid());
  show(setpgid(0, getpgid(getppid())));
  expect(getpgrp() == getpgid(getppid()));
}

int main(int argc, char **argv) {
  if (argc > 1) {
    write(3, "x", 1);
    pause();
  }
  expect(getpgid(0) == getpgrp());
  expect(getpgid(getpid()) == getpgrp());
  expect(getsid(0) == getsid(getpid()));
  print_status("session leader", in_child(session_leader));
  print_status("group leader", in_child(group_leader));
  show(setpgid(0, -1));
  show(setpgid(-1, 0));
  show(getpgid(-1));
  show(getsid(-1));
  show(getpgid(0x3fffffff));
  show(getsid(0x3fffffff));
  show(setpgid(0x3fffffff, 0));
  show(setpgid(getppid(), 0));

  int channel[2], gate[2];
  must(pipe(channel));
  must(pipe(gate));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    char go;
    must(read(gate[0], &go, 1));
    dup2(channel[1], 3);
    execl("/proc/self/exe", argv[0], "exec", (char *)NULL);
    _exit(1);
  }
  expect(getpgid(pid) == getpgrp());
  expect(getsid(pid) == getsid(0));
  show(setpgid(pid, 0x3fffffff));
  show(setpgid(pid, pid));
  expect(getpgid(pid) == pid);
  must(write(gate[1], "", 1));
  char byte;
  must(read(channel[0], &byte, 1));
  show(setpgid(pid, getpgrp()));
  must(kill(pid, SIGKILL));
  print_status("child", wait_for(pid));
  return 0;
}
