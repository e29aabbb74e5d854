// stat(2) and other calls that fill a structure or a buffer: it may end at the edge of memory, one
// byte over is EFAULT.
// covers: newfstatat fstat statx statfs fstatfs getcwd readlinkat getdents64 uname sysinfo
#include "guest.h"
#include "edge.h"
#include <sys/utsname.h>
#include <sys/vfs.h>

static long list(void *buffer, size_t size) {
  const int fd = (int)must(open(".", O_RDONLY | O_DIRECTORY));
  const long result = syscall(SYS_getdents64, fd, buffer, size);
  const int error = errno;
  must(close(fd));
  errno = error;
  return result;
}

int main(void) {
  enter_scratch();
  const int fd = (int)must(open("file", O_RDWR | O_CREAT, 0600));
  must(symlink("0123456789", "link"));
  at_edges(sizeof(struct stat), NULL, syscall(SYS_newfstatat, AT_FDCWD, "file", p, 0));
  at_edges(sizeof(struct stat), NULL, syscall(SYS_fstat, fd, p));
  at_edges(256, NULL, syscall(SYS_statx, AT_FDCWD, "file", 0, 0x7ff, p));
  at_edges(sizeof(struct statfs), NULL, syscall(SYS_statfs, ".", p));
  at_edges(sizeof(struct statfs), NULL, syscall(SYS_fstatfs, fd, p));
  at_edges(sizeof(struct utsname), NULL, syscall(SYS_uname, p));
  at_edges(kKernelSysinfo, NULL, syscall(SYS_sysinfo, p));
  at_edges(10, NULL, syscall(SYS_readlinkat, AT_FDCWD, "link", p, 10L));
  at_edges(strlen(guest_scratch_path) + 1, NULL,
           syscall(SYS_getcwd, p, strlen(guest_scratch_path) + 1));
  // Four names of up to four letters take 24 bytes each.
  char whole[96];
  at_edges(96, NULL, list(edge_number == 1 ? whole : p, 96));
  leave_scratch();
  return 0;
}
