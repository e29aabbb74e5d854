// Sizes, counts, offsets and numbers at the end of their range are refused or cut, never believed.
// covers: read write mmap munmap mremap mprotect lseek ftruncate readv brk sched_getaffinity
#include "guest.h"
#include <sys/uio.h>

int main(void) {
  enter_scratch();
  write_file("file", "0123456789", 0600);
  const int fd = (int)must(open("file", O_RDWR));
  static char buffer[100];
  show(syscall(SYS_read, fd, buffer, -1L) == -1 ? -1 : 0);
  must(lseek(fd, 10, SEEK_SET));
  show(syscall(SYS_read, fd, buffer, LONG_MAX));
  show(syscall(SYS_pread64, fd, buffer, 10L, LONG_MAX));
  show(syscall(SYS_pread64, fd, buffer, 10L, LONG_MIN));
  show(syscall(SYS_pwrite64, fd, buffer, 10L, LONG_MAX));
  show(syscall(SYS_lseek, fd, LONG_MIN, SEEK_SET));
  show(syscall(SYS_ftruncate, fd, LONG_MIN));
  show(syscall(SYS_ftruncate, fd, LONG_MAX) == -1 ? -1 : 0);
  const struct iovec parts[2] = {{buffer, LONG_MAX}, {buffer, LONG_MAX}};
  show(syscall(SYS_readv, fd, parts, 2L));
  show(syscall(SYS_munmap, 0L, LONG_MIN));
  show(syscall(SYS_mprotect, -4096L, 4096L, PROT_READ));
  show(syscall(SYS_mprotect, 4096L, -4096L, PROT_READ));
  show(syscall(SYS_mremap, -4096L, 4096L, 4096L, 0L));
  show(syscall(SYS_madvise, -4096L, 8192L, MADV_DONTNEED));
  show(syscall(SYS_close, -1L));
  show(syscall(SYS_close, 0x100000000L + 9999));
  show(syscall(SYS_dup, -1L));
  show(syscall(SYS_sched_getaffinity, 0, 0u, buffer));
  leave_scratch();
  return 0;
}
