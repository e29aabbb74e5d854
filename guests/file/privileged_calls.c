// Calls that change the whole machine are refused to programs without privilege: vhangup(2),
// acct(2), swapon(2), quotactl(2), fanotify_init(2), open_by_handle_at(2). Kernels built without
// some of them say ENOSYS, so only that they fail is told where that may be.
// covers: vhangup acct swapon swapoff quotactl fanotify_init fanotify_mark
// covers: name_to_handle_at open_by_handle_at
#include "guest.h"

static void unprivileged(void) {
  if (getuid() == 0) must(setresuid(65534, 65534, 65534));
  show(syscall(SYS_vhangup));
  expect(syscall(SYS_acct, "/missing") == -1);
  expect(syscall(SYS_swapon, "/missing", 0) == -1);
  expect(syscall(SYS_swapoff, "/missing") == -1);
  expect(syscall(SYS_quotactl, 0x800002 << 8, "/missing", 0, 0) == -1);
  expect(syscall(SYS_fanotify_init, 0, 0) == -1);
  expect(syscall(SYS_fanotify_mark, 0, 1, 1L, AT_FDCWD, "/") == -1);
  int handle[4] = {8, 1, 0, 0};
  expect(syscall(SYS_open_by_handle_at, AT_FDCWD, handle, O_RDONLY) == -1);
}

int main(void) {
  char handle[128] = {0};
  int mount = 0;
  show(syscall(SYS_name_to_handle_at, AT_FDCWD, "missing", handle, &mount, 0));
  show(syscall(SYS_name_to_handle_at, AT_FDCWD, "/", handle, &mount, 0x8000));
  print_status("unprivileged", in_child(unprivileged));
  return 0;
}
