// Says hello and ends: what is timed is its loader.
#include <stdio.h>

int main(void) {
  puts("hello");
  return 0;
}
