// fork(2): the call returns twice, 0 in the child and the child's pid in the parent, and both carry
// on behind it with the same local variables.
// covers: clone wait4 getpid getppid pipe2 read write exit_group
#include "guest.h"

int main(void) {
  int channel[2];
  must(pipe(channel));
  const pid_t parent = getpid();
  volatile int before = 1234;
  const pid_t pid = fork();
  if (pid == 0) {
    const pid_t self = getpid();
    must(write(channel[1], &self, sizeof self));
    expect(getppid() == parent);
    expect(before == 1234);
    _exit(7);
  }
  print_status("child", wait_for(pid));
  expect(pid > 0);
  expect(pid != parent);
  pid_t told = -1;
  must(read(channel[0], &told, sizeof told));
  expect(told == pid);
  expect(getpid() == parent);
  expect(before == 1234);
  return 0;
}
