// Recursive Fibonacci: calls, returns and a stack that stays in one page.
#include <stdio.h>
#include <stdlib.h>

// Not inlined, so that the recursion is what is measured.
static __attribute__((noinline, noclone, optimize("O1"))) long fib(long n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

int main(int argc, char** argv) {
  printf("%ld\n", fib(argc > 1 ? atol(argv[1]) : 35));
  return 0;
}
