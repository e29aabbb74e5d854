// capget(2), capset(2): an unknown version is EINVAL and answered with the one that is known;
// setting what one has is allowed, for another process it is EPERM.
// covers: capget capset
#include "guest.h"

struct header {
  uint32_t version;
  int32_t pid;
};

struct data {
  uint32_t effective, permitted, inheritable;
};

enum { kVersion = 0x20080522 };

int main(void) {
  struct header header = {0, 0};
  struct data data[2];
  show(syscall(SYS_capget, &header, NULL));
  printf("version %x\n", header.version);
  header.version = 0;
  show(syscall(SYS_capget, &header, data));
  expect(header.version == kVersion);
  memset(data, 0xff, sizeof data);
  show(syscall(SYS_capget, &header, data));
  expect((data[0].effective & ~data[0].permitted) == 0);
  expect((data[1].effective & ~data[1].permitted) == 0);
  show(syscall(SYS_capset, &header, data));
  header.pid = getpid();
  show(syscall(SYS_capget, &header, data));
  header.pid = -1;
  show(syscall(SYS_capget, &header, data));
  header.pid = 0x3fffffff;
  show(syscall(SYS_capget, &header, data));
  show(syscall(SYS_capset, &header, data));
  header.pid = 0;
  header.version = 77;
  show(syscall(SYS_capset, &header, data));
  show(syscall(SYS_capget, 16L, data));
  show(syscall(SYS_capget, &header, 16L));
  show(syscall(SYS_capset, &header, 16L));
  return 0;
}
