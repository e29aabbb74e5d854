// access(2), faccessat(2): existence and permission; even root may not execute a file without any
// execute bit.
// covers: faccessat faccessat2
#include "guest.h"

int main(void) {
  enter_scratch();
  write_file("file", "x", 0644);
  write_file("program", "x", 0755);
  must(symlink("missing", "dangling"));
  show(access("file", F_OK));
  show(access("file", R_OK | W_OK));
  show(access("file", X_OK));
  show(access("program", R_OK | X_OK));
  show(access(".", X_OK));
  show(access("missing", F_OK));
  show(access("dangling", F_OK));
  show(access("file/x", F_OK));
  show(access("", F_OK));
  show(syscall(SYS_faccessat, AT_FDCWD, "file", 8));
  show(syscall(SYS_faccessat, 9999, "file", F_OK));
  show(syscall(SYS_faccessat, AT_FDCWD, 16L, F_OK));
  show(syscall(SYS_faccessat2, AT_FDCWD, "file", R_OK, 0));
  show(syscall(SYS_faccessat2, AT_FDCWD, "file", R_OK, AT_EACCESS));
  show(syscall(SYS_faccessat2, AT_FDCWD, "dangling", F_OK, AT_SYMLINK_NOFOLLOW));
  show(syscall(SYS_faccessat2, AT_FDCWD, "file", R_OK, 0x4000));
  const int here = (int)must(open(".", O_RDONLY));
  show(faccessat(here, "program", X_OK, 0));
  show(faccessat(here, "file", F_OK, AT_EACCESS));
  leave_scratch();
  return 0;
}
