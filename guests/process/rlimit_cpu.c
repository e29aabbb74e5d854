// setrlimit(2), RLIMIT_CPU: at the soft limit a program that computes gets SIGXCPU, once more
// each second that it goes on, and at the hard limit SIGKILL.
// covers: prlimit64 setrlimit wait4
#include "guest.h"

static void on_limit_reached(int number) {
  (void)number;
  if (write(1, "SIGXCPU\n", 8) != 8) _exit(9);
}

static void compute(rlim_t soft, rlim_t hard, void (*on_limit)(int)) {
  const struct rlimit limit = {soft, hard};
  signal(SIGXCPU, on_limit);
  must(setrlimit(RLIMIT_CPU, &limit));
  for (volatile unsigned spin = 0;; spin++) {
  }
}

int main(void) {
  if (must(fork()) == 0) compute(1, 20, SIG_DFL);
  print_status("soft limit", wait_for(-1));
  if (must(fork()) == 0) compute(1, 3, on_limit_reached);
  print_status("hard limit", wait_for(-1));
  return 0;
}
