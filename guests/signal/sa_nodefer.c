// sigaction(2), SA_NODEFER: the handler's own signal is blocked while it runs, unless the flag is
// set.
// covers: rt_sigaction kill
#include "guest.h"

static volatile int depth, deepest, calls;

static void handler(int number) {
  calls++;
  if (++depth > deepest) deepest = depth;
  sigset_t mask;
  must(sigprocmask(SIG_BLOCK, NULL, &mask));
  printf("depth %d: own signal blocked %d\n", depth, sigismember(&mask, number));
  if (calls < 3) {
    must(kill(getpid(), number));
    printf("sent at depth %d\n", depth);
  }
  depth--;
}

int main(void) {
  install_handler(SIGUSR1, handler, 0);
  must(kill(getpid(), SIGUSR1));
  printf("deferred: %d calls, deepest %d\n", calls, deepest);
  calls = deepest = 0;
  install_handler(SIGUSR1, handler, SA_NODEFER);
  must(kill(getpid(), SIGUSR1));
  printf("not deferred: %d calls, deepest %d\n", calls, deepest);
  return 0;
}
