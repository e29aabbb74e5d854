// wait(2): thirty children exiting in any order are each reported exactly once with their own code,
// and the call after the last is ECHILD.
// covers: wait4 clone
#include "guest.h"

enum { kChildren = 30 };

int main(void) {
  pid_t children[kChildren];
  for (int i = 0; i < kChildren; i++) {
    children[i] = (pid_t)must(fork());
    if (children[i] == 0) {
      sleep_ms((kChildren - i) % 7);
      _exit(i);
    }
  }
  int reported[kChildren] = {0};
  int count = 0, status;
  for (pid_t pid; (pid = wait(&status)) != -1; count++) {
    for (int i = 0; i < kChildren; i++) {
      if (children[i] == pid && WIFEXITED(status) && WEXITSTATUS(status) == i) reported[i]++;
    }
  }
  printf("wait failed with %s after %d children\n", errno_name(errno), count);
  int once = 0;
  for (int i = 0; i < kChildren; i++) once += reported[i] == 1;
  printf("reported once with the right code: %d\n", once);
  return 0;
}
