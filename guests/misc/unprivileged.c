// capabilities(7): what takes privilege is EPERM without it: mounting, naming the host, setting the
// clock, groups, other ids, rebooting, and changing the root.
// covers: mount umount2 pivot_root reboot sethostname setgroups syslog chroot settimeofday
// covers: clock_settime setuid setgid setresuid setresgid
#include "guest.h"

static void try_everything(void) {
  if (geteuid() == 0) {
    must(syscall(SYS_setgroups, 0, NULL));
    must(setresgid(65534, 65534, 65534));
    must(setresuid(65534, 65534, 65534));
  }
  if (geteuid() == 0) _exit(98);
  const uid_t other = getuid() + 1;
  show(syscall(SYS_mount, "none", "/tmp", "tmpfs", 0L, NULL));
  show(syscall(SYS_umount2, "/", 0));
  show(syscall(SYS_pivot_root, "/", "/"));
  show(syscall(SYS_reboot, 0xfee1deadL, 672274793L, 0L, NULL));
  show(syscall(SYS_sethostname, "name", 4L));
  show(syscall(SYS_setgroups, 0, NULL));
  show(syscall(SYS_syslog, 5, NULL, 0));
  show(chroot("/"));
  const struct timeval day = {1000000000, 0};
  show(syscall(SYS_settimeofday, &day, NULL));
  const struct timespec time = {1000000000, 0};
  show(clock_settime(CLOCK_REALTIME, &time));
  show(setuid(other));
  show(setgid(getgid() + 1));
  show(setresuid(-1, other, -1));
  show(setresgid(-1, -1, getgid() + 1));
  show(setreuid(other, -1));
  errno = 0;
  show(nice(-5));
}

int main(void) {
  print_status("unprivileged child", in_child(try_everything));
  return 0;
}
