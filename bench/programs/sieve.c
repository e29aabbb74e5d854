// Sieve of Eratosthenes over 1 MiB of flags, many times: byte stores with a growing stride.
#include <stdio.h>
#include <string.h>

enum { kSize = 1 << 20, kRounds = 40 };

static unsigned char composite[kSize];

static int sieve(void) {
  int count = 0;
  memset(composite, 0, sizeof composite);
  for (int i = 2; i < kSize; ++i) {
    if (composite[i]) continue;
    ++count;
    for (int j = 2 * i; j < kSize; j += i) composite[j] = 1;
  }
  return count;
}

int main(void) {
  long total = 0;
  for (int round = 0; round < kRounds; ++round) total += sieve();
  printf("%ld\n", total);
  return 0;
}
