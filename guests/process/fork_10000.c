// fork(2): ten thousand forks one after the other all succeed, and each child's own exit code is
// what its parent reads.
// covers: clone wait4 exit_group
#include "guest.h"

int main(void) {
  int right = 0;
  for (int i = 0; i < 10000; i++) {
    const pid_t pid = fork();
    if (pid == -1) break;
    if (pid == 0) _exit(i % 256);
    int status = -1;
    right += waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == i % 256;
  }
  printf("children right: %d\n", right);
  show(wait(NULL));
  return 0;
}
