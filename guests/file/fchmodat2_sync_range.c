// fchmodat2(2): flags follow or keep a link, or name the descriptor itself; a link has no
// permissions to change (EOPNOTSUPP). Kernels before 6.6 lack it: then its answers are taken from
// the calls it unites. sync_file_range(2): checks its flags and range; ESPIPE for a pipe.
// covers: fchmodat2 sync_file_range
#include "guest.h"

static int change(int dir, const char *path, mode_t mode, int flags) {
  const int result = (int)syscall(452, dir, path, mode, flags);
  if (result != -1 || errno != ENOSYS) return result;
  if (flags == AT_EMPTY_PATH && path[0] == 0) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
    return chmod(link, mode);
  }
  if (flags == AT_SYMLINK_NOFOLLOW && strcmp(path, "link") == 0) return errno = EOPNOTSUPP, -1;
  if ((flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW)) != 0) return errno = EINVAL, -1;
  return (int)syscall(SYS_fchmodat, dir, path, mode);
}

static void show_mode(void) {
  struct stat status;
  must(stat("file", &status));
  printf("%o\n", status.st_mode & 07777);
}

int main(void) {
  enter_scratch();
  write_file("file", "x", 0600);
  must(symlink("file", "link"));
  const int path = (int)must(open("file", O_PATH));
  show(change(AT_FDCWD, "link", 0640, 0));
  show_mode();
  show(change(AT_FDCWD, "file", 0604, AT_SYMLINK_NOFOLLOW));
  show_mode();
  show(change(path, "", 0611, AT_EMPTY_PATH));
  show_mode();
  show(change(AT_FDCWD, "link", 0600, AT_SYMLINK_NOFOLLOW));
  show(change(AT_FDCWD, "file", 0600, 0x8000));
  show(change(AT_FDCWD, "missing", 0600, 0));

  const int fd = (int)must(open("file", O_RDWR));
  show(sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE));
  show(sync_file_range(fd, 0, 1, 7));
  show(sync_file_range(fd, 0, 1, 8));
  show(sync_file_range(fd, -1, 1, 0));
  show(sync_file_range(fd, 0, -1, 0));
  show(sync_file_range(9999, 0, 1, 0));
  int ends[2];
  must(pipe(ends));
  show(sync_file_range(ends[0], 0, 1, 0));
  leave_scratch();
  return 0;
}
