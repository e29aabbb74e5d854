// stat(2): type, permission, links, size, owner and times of files, directories, links, devices and
// pipes; lstat and AT_SYMLINK_NOFOLLOW look at the link, AT_EMPTY_PATH at the descriptor.
// covers: newfstatat fstat
#include "guest.h"
#include <sys/sysmacros.h>

static const char *type_of(mode_t mode) {
  return S_ISREG(mode)    ? "file"
         : S_ISDIR(mode)  ? "directory"
         : S_ISLNK(mode)  ? "link"
         : S_ISCHR(mode)  ? "character device"
         : S_ISFIFO(mode) ? "fifo"
                          : "other";
}

static void show_stat(const char *what, const struct stat *about) {
  printf("%s: %s %04o, links %ld, own uid %d\n", what, type_of(about->st_mode),
         about->st_mode & 07777, S_ISDIR(about->st_mode) ? 0L : (long)about->st_nlink,
         about->st_uid == geteuid());
}

int main(void) {
  enter_scratch();
  umask(022);
  write_file("file", "12345", 0640);
  must(link("file", "second"));
  must(symlink("file", "link"));
  must(mkdir("folder", 0750));
  struct stat about, other;
  must(stat("file", &about));
  show_stat("file", &about);
  show(about.st_size);
  show(about.st_blksize > 0);
  expect(about.st_blocks >= 0 && about.st_blocks <= 64);
  const time_t now = time(NULL);
  expect(about.st_mtime <= now + 1 && about.st_mtime > now - 60);
  expect(about.st_atime <= now + 1 && about.st_ctime <= now + 1);
  must(stat("second", &other));
  expect(other.st_ino == about.st_ino && other.st_dev == about.st_dev);
  must(stat("link", &other));
  show_stat("through the link", &other);
  must(lstat("link", &other));
  show_stat("the link", &other);
  show(other.st_size);
  must(stat("folder", &other));
  show_stat("folder", &other);
  expect(other.st_ino != about.st_ino);
  const int fd = (int)must(open("file", O_RDONLY));
  must(fstat(fd, &other));
  expect(other.st_ino == about.st_ino);
  must(syscall(SYS_newfstatat, fd, "", &other, AT_EMPTY_PATH));
  expect(other.st_ino == about.st_ino);
  must(stat("/dev/null", &other));
  printf("/dev/null: %s %u:%u\n", type_of(other.st_mode), major(other.st_rdev),
         minor(other.st_rdev));
  int channel[2];
  must(pipe(channel));
  must(fstat(channel[0], &other));
  printf("pipe: %s\n", type_of(other.st_mode));
  show(stat("missing", &other));
  show(stat("file/x", &other));
  show(stat("", &other));
  show(lstat("link/", &other));
  show(fstat(9999, &other));
  show(fstatat(fd, "x", &other, 0));
  show(fstatat(AT_FDCWD, "file", &other, 0x8000));
  show(syscall(SYS_newfstatat, AT_FDCWD, "", &other, 0));
  show(syscall(SYS_newfstatat, AT_FDCWD, "file", 16L, 0));
  show(syscall(SYS_newfstatat, AT_FDCWD, 16L, &other, 0));
  show(syscall(SYS_fstat, fd, 16L));
  leave_scratch();
  return 0;
}
