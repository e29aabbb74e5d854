// Calls that take a path: it may end at the edge of memory, and without its terminator there it is
// EFAULT.
// covers: openat mkdirat unlinkat faccessat faccessat2 fchmodat fchownat truncate chdir chroot
// covers: readlinkat utimensat statfs newfstatat statx mknodat memfd_create
#include "guest.h"
#include "edge.h"

// What succeeds is undone, so that each place finds the same directory.
static long make_directory(const char *path) {
  const long result = syscall(SYS_mkdirat, AT_FDCWD, path, 0700);
  if (result == 0) must(rmdir("new"));
  return result;
}

static long make_fifo(const char *path) {
  const long result = syscall(SYS_mknodat, AT_FDCWD, path, S_IFIFO | 0600, 0);
  if (result == 0) must(unlink("new"));
  return result;
}

static long remove_file(const char *path) {
  write_file("new", "", 0600);
  return syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int main(void) {
  enter_scratch();
  write_file("file", "x", 0600);
  must(symlink("file", "link"));
  char buffer[256];
  string_at_edges("file", syscall(SYS_openat, AT_FDCWD, p, O_RDONLY));
  string_at_edges("file", syscall(SYS_faccessat, AT_FDCWD, p, R_OK));
  string_at_edges("file", syscall(SYS_faccessat2, AT_FDCWD, p, R_OK, 0));
  string_at_edges("file", syscall(SYS_fchmodat, AT_FDCWD, p, 0600));
  string_at_edges("file", syscall(SYS_fchownat, AT_FDCWD, p, -1, -1, 0));
  string_at_edges("file", syscall(SYS_truncate, p, 1L));
  string_at_edges(".", syscall(SYS_chdir, p));
  string_at_edges("nothing", syscall(SYS_chroot, p));
  string_at_edges("link", syscall(SYS_readlinkat, AT_FDCWD, p, buffer, sizeof buffer));
  string_at_edges("file", syscall(SYS_utimensat, AT_FDCWD, p, NULL, 0));
  string_at_edges("file", syscall(SYS_statfs, p, buffer));
  string_at_edges("file", syscall(SYS_newfstatat, AT_FDCWD, p, buffer, 0));
  string_at_edges("file", syscall(SYS_statx, AT_FDCWD, p, 0, 0x7ff, buffer));
  string_at_edges("new", make_directory(p));
  string_at_edges("new", make_fifo(p));
  string_at_edges("new", remove_file(p));
  string_at_edges("name", syscall(SYS_memfd_create, p, 0));
  leave_scratch();
  return 0;
}
