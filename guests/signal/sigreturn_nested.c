// signal(7): handlers interrupt handlers, each returns to the one before, and the interrupted code
// carries on with the mask it had.
// covers: rt_sigreturn rt_sigprocmask kill
#include "guest.h"

static const int kChain[] = {SIGUSR1, SIGUSR2, SIGHUP, SIGTERM, SIGQUIT};
enum { kLength = sizeof kChain / sizeof kChain[0] };

static void handler(int number) {
  volatile double value = number * 1.5;
  volatile int local[100];
  for (int i = 0; i < 100; i++) local[i] = number + i;
  int place = 0;
  while (kChain[place] != number) place++;
  printf("enter %s\n", signal_name(number));
  if (place + 1 < kLength) must(kill(getpid(), kChain[place + 1]));
  int wrong = value != number * 1.5;
  for (int i = 0; i < 100; i++) wrong += local[i] != number + i;
  sigset_t mask;
  must(sigprocmask(SIG_BLOCK, NULL, &mask));
  printf("leave %s: wrong %d, blocked", signal_name(number), wrong);
  for (int i = 0; i < kLength; i++) printf(" %d", sigismember(&mask, kChain[i]));
  printf("\n");
}

int main(void) {
  for (int i = 0; i < kLength; i++) install_handler(kChain[i], handler, 0);
  must(kill(getpid(), kChain[0]));
  sigset_t mask;
  must(sigprocmask(SIG_BLOCK, NULL, &mask));
  for (int i = 0; i < kLength; i++) printf("%d", sigismember(&mask, kChain[i]));
  printf("\n");
  return 0;
}
