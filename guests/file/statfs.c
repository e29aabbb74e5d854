// statfs(2): block counts that make sense, the longest name, and the magic number of /proc.
// covers: statfs fstatfs
#include "guest.h"
#include <sys/vfs.h>

int main(void) {
  enter_scratch();
  struct statfs about;
  show(statfs(".", &about));
  expect(about.f_bsize > 0 && about.f_blocks > 0 && about.f_bfree <= about.f_blocks);
  expect(about.f_bavail <= about.f_bfree);
  show(about.f_namelen);
  const long type = (long)about.f_type;
  const int fd = (int)must(open(".", O_RDONLY));
  show(fstatfs(fd, &about));
  expect((long)about.f_type == type);
  show(statfs("/proc", &about));
  printf("%lx\n", (long)about.f_type);
  show(statfs("missing", &about));
  show(fstatfs(9999, &about));
  show(syscall(SYS_statfs, ".", 16L));
  show(syscall(SYS_fstatfs, fd, 16L));
  leave_scratch();
  return 0;
}
