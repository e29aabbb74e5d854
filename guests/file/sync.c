// sync(2): always succeeds.
// covers: sync
#include "guest.h"

int main(void) {
  show(syscall(SYS_sync));
  return 0;
}
