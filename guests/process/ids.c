// getresuid(2), setresuid(2): an unprivileged exchange of a process's own ids always succeeds, -1
// leaves an id alone, and the filesystem id follows the effective one.
// covers: getuid geteuid getgid getegid getresuid getresgid setresuid setresgid setreuid setregid
// covers: setuid setgid setfsuid setfsgid getgroups gettid set_tid_address
#include "guest.h"
#include <sys/fsuid.h>

int main(void) {
  uid_t real, effective, saved;
  show(getresuid(&real, &effective, &saved));
  expect(real == getuid());
  expect(effective == geteuid());
  expect(saved == geteuid());
  gid_t real_group, effective_group, saved_group;
  show(getresgid(&real_group, &effective_group, &saved_group));
  expect(real_group == getgid());
  expect(effective_group == getegid());
  expect(saved_group == getegid());
  show(setresuid(-1, -1, -1));
  show(setresgid(-1, -1, -1));
  show(setresuid(real, effective, saved));
  show(setresgid(real_group, effective_group, saved_group));
  show(setreuid(real, effective));
  show(setregid(real_group, effective_group));
  show(setuid(getuid()));
  show(setgid(getgid()));
  expect((uid_t)setfsuid(-1) == geteuid());
  expect((gid_t)setfsgid(-1) == getegid());
  show(getresuid((uid_t *)16, &effective, &saved));
  static gid_t groups[1 << 16];
  const long count = syscall(SYS_getgroups, 0, NULL);
  expect(count >= 0);
  expect(syscall(SYS_getgroups, 1 << 16, groups) == count);
  expect(count < 2 || (syscall(SYS_getgroups, count - 1, groups) == -1 && errno == EINVAL));
  show(syscall(SYS_getgroups, -1, groups));
  expect(syscall(SYS_gettid) == getpid());
  return 0;
}
