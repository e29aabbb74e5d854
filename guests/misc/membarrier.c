// membarrier(2): the query tells what is there, the global barrier returns, and unknown commands or
// flags are EINVAL.
// covers: membarrier
#include "guest.h"

int main(void) {
  const long commands = syscall(SYS_membarrier, 0, 0, 0);
  expect(commands > 0);
  expect((commands & 1) != 0);
  show(syscall(SYS_membarrier, 1, 0, 0));
  show(syscall(SYS_membarrier, 0, 77, 0));
  show(syscall(SYS_membarrier, 0x40000000, 0, 0));
  return 0;
}
