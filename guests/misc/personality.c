// personality(2): 0xffffffff asks and changes nothing; an ordinary Linux process has 0.
// covers: personality
#include "guest.h"

int main(void) {
  show(syscall(SYS_personality, 0xffffffffL) & 0xff);
  const long current = syscall(SYS_personality, 0xffffffffL);
  expect(syscall(SYS_personality, current) == current);
  expect(syscall(SYS_personality, 0xffffffffL) == current);
  return 0;
}
