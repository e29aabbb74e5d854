// signal(7): real-time signals queue, each instance with its value, lowest number first and in the
// order sent within a number; standard signals come before them.
// covers: rt_sigqueueinfo rt_sigtimedwait rt_sigprocmask
#include "guest.h"

static int order[32], values[32];
static volatile int count;

static void handler(int number, siginfo_t *info, void *context) {
  (void)context;
  order[count] = number;
  values[count++] = info->si_value.sival_int;
}

static void send_all(void) {
  static const int kSent[][2] = {{2, 1}, {0, 2}, {1, 3}, {0, 4}, {2, 5}, {0, 6}};
  for (int i = 0; i < 6; i++) {
    const union sigval value = {.sival_int = kSent[i][1]};
    must(sigqueue(getpid(), SIGRTMIN + kSent[i][0], value));
  }
  must(kill(getpid(), SIGUSR2));
  must(kill(getpid(), SIGUSR1));
  must(kill(getpid(), SIGUSR1));
}

static void print_order(const char *what) {
  printf("%s:", what);
  for (int i = 0; i < count; i++) {
    if (order[i] >= SIGRTMIN) printf(" RT+%d(%d)", order[i] - SIGRTMIN, values[i]);
    if (order[i] < SIGRTMIN) printf(" %s", signal_name(order[i]));
  }
  printf("\n");
  count = 0;
}

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  static const int kOffsets[] = {0, 1, 2};
  for (int i = 0; i < 3; i++) sigaddset(&set, SIGRTMIN + kOffsets[i]);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGUSR2);
  struct sigaction action = {0};
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO;
  action.sa_mask = set;
  for (int number = 1; number <= SIGRTMIN + 2; number++) {
    if (sigismember(&set, number) == 1) must(sigaction(number, &action, NULL));
  }
  must(sigprocmask(SIG_BLOCK, &set, NULL));
  send_all();
  must(sigprocmask(SIG_UNBLOCK, &set, NULL));
  print_order("handlers that block each other");

  // Without a mask each further handler interrupts the one before at its first instruction.
  sigemptyset(&action.sa_mask);
  for (int number = 1; number <= SIGRTMIN + 2; number++) {
    if (sigismember(&set, number) == 1) must(sigaction(number, &action, NULL));
  }
  must(sigprocmask(SIG_BLOCK, &set, NULL));
  send_all();
  must(sigprocmask(SIG_UNBLOCK, &set, NULL));
  print_order("handlers that nest");

  must(sigprocmask(SIG_BLOCK, &set, NULL));
  send_all();
  const struct timespec now = {0, 0};
  siginfo_t info;
  while (sigtimedwait(&set, &info, &now) != -1) {
    order[count] = info.si_signo;
    values[count++] = info.si_value.sival_int;
  }
  printf("sigtimedwait: %s\n", errno_name(errno));
  print_order("waited for");
  return 0;
}
