// Calls that take two paths: either may end at the edge of memory and is EFAULT without its
// terminator there; nothing is made then.
// covers: linkat symlinkat renameat renameat2
#include "guest.h"
#include "edge.h"

static long undo(long result) {
  const int error = errno;
  unlink("new");
  errno = error;
  return result;
}

static long move(const char *from, const char *to) {
  write_file("old", "", 0600);
  return undo(syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to));
}

static long move2(const char *from, const char *to) {
  write_file("old", "", 0600);
  return undo(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 1));
}

int main(void) {
  enter_scratch();
  write_file("file", "x", 0600);
  string_at_edges("file", undo(syscall(SYS_linkat, AT_FDCWD, p, AT_FDCWD, "new", 0)));
  string_at_edges("new", undo(syscall(SYS_linkat, AT_FDCWD, "file", AT_FDCWD, p, 0)));
  string_at_edges("file", undo(syscall(SYS_symlinkat, p, AT_FDCWD, "new")));
  string_at_edges("new", undo(syscall(SYS_symlinkat, "file", AT_FDCWD, p)));
  string_at_edges("old", move(p, "new"));
  string_at_edges("new", move("old", p));
  string_at_edges("old", move2(p, "new"));
  string_at_edges("new", move2("old", p));
  show_ok(open("new", O_RDONLY));
  leave_scratch();
  return 0;
}
