// syscall(2): a number that is no call is ENOSYS, whatever its arguments, and the caller lives.
#include "guest.h"

int main(void) {
  static const long kNumbers[] = {999, 1000, 5000, 0x7fffffff, 0x12345678, -1, -2, LONG_MIN + 600};
  for (size_t i = 0; i < sizeof kNumbers / sizeof kNumbers[0]; i++) {
    printf("%ld: ", kNumbers[i]);
    show(syscall(kNumbers[i], -1L, -1L, 16L, -1L, 0L, 0L));
  }
  return 0;
}
