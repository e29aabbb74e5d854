// proc(5), /proc/self/exe: a link to the running program that can be read, opened and compared,
// also in a child and after the working directory has changed.
// covers: readlinkat openat newfstatat
#include "guest.h"

static void child(void) {
  char path[PATH_MAX] = "";
  expect(readlink("/proc/self/exe", path, sizeof path - 1) > 0);
  expect(access(path, X_OK) == 0);
}

int main(void) {
  char path[PATH_MAX] = "", other[PATH_MAX] = "", by_pid[64];
  const long length = readlink("/proc/self/exe", path, sizeof path - 1);
  expect(length > 0 && path[0] == '/');
  struct stat link, program;
  must(stat("/proc/self/exe", &link));
  must(stat(path, &program));
  expect(link.st_ino == program.st_ino && link.st_dev == program.st_dev);
  expect(S_ISREG(program.st_mode) && (program.st_mode & 0100) != 0);
  must(lstat("/proc/self/exe", &link));
  expect(S_ISLNK(link.st_mode));
  snprintf(by_pid, sizeof by_pid, "/proc/%d/exe", getpid());
  expect(readlink(by_pid, other, sizeof other - 1) == length);
  expect(strcmp(path, other) == 0);
  unsigned char magic[20];
  const int fd = (int)must(open("/proc/self/exe", O_RDONLY));
  show(read(fd, magic, sizeof magic));
  expect(memcmp(magic, "\177ELF\2\1\1", 7) == 0);
#if defined(__aarch64__)
  const int machine = 183;
#else
  const int machine = 62;
#endif
  expect((magic[18] | magic[19] << 8) == machine);
  must(chdir("/"));
  expect(readlink("/proc/self/exe", other, 5) == 5);
  expect(memcmp(path, other, 5) == 0);
  print_status("child", in_child(child));
  show_ok(open("/proc/self/exe/x", O_RDONLY));
  return 0;
}
