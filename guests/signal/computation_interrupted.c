// signal(7): a long computation in integers and floating point, interrupted a hundred times by an
// interval timer whose handler computes too, has the result it has undisturbed.
// covers: setitimer rt_sigreturn
#include "guest.h"

static volatile int ticks;
static volatile double noise = 1;

static void handler(int number) {
  ticks++;
  noise = noise * 1.000001 + number;
}

static double compute(uint64_t *hash) {
  double sum = 0;
  uint64_t state = 88172645463325252u;
  for (int i = 1; i < 200000; i++) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    sum += (double)(state % 1000) / i;
  }
  *hash = state;
  return sum;
}

int main(void) {
  uint64_t wanted_hash, hash;
  const double wanted = compute(&wanted_hash);
  install_handler(SIGALRM, handler, 0);
  const struct itimerval often = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
  must(setitimer(ITIMER_REAL, &often, NULL));
  int wrong = 0;
  while (ticks < 100) {
    const double sum = compute(&hash);
    wrong += sum != wanted || hash != wanted_hash;
  }
  must(setitimer(ITIMER_REAL, &never, NULL));
  printf("wrong results: %d\n", wrong);
  printf("%.6f %016llx\n", wanted, (unsigned long long)wanted_hash);
  return 0;
}
