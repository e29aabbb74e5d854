// Product of two 240 x 240 matrices of doubles, a few times: scalar floating point, loads with a
// stride.
#include <stdio.h>

enum { kSize = 240, kRounds = 4 };

static double a[kSize][kSize], b[kSize][kSize], c[kSize][kSize];

static void multiply(void) {
  for (int i = 0; i < kSize; ++i)
    for (int j = 0; j < kSize; ++j) {
      double sum = 0;
      for (int k = 0; k < kSize; ++k) sum += a[i][k] * b[k][j];
      c[i][j] = sum;
    }
}

int main(void) {
  for (int i = 0; i < kSize; ++i)
    for (int j = 0; j < kSize; ++j) {
      a[i][j] = (i * 7 + j * 3) % 11;
      b[i][j] = (i * 5 + j * 2) % 13;
    }
  double trace = 0;
  for (int round = 0; round < kRounds; ++round) {
    multiply();
    for (int i = 0; i < kSize; ++i) trace += c[i][i];
    a[round][round] += 1;
  }
  printf("%.0f\n", trace);  // sums of integers below 2^53: the same whatever is fused
  return 0;
}
