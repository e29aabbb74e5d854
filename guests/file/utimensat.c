// utimensat(2): sets either time or both to a value or to now, leaves one with UTIME_OMIT, and
// works on a link itself, a path or a descriptor.
// covers: utimensat
#include "guest.h"

static void show_times(const char *path) {
  struct stat about;
  must(lstat(path, &about));
  const time_t now = time(NULL);
  const struct timespec times[] = {about.st_atim, about.st_mtim};
  printf("%s:", path);
  for (int i = 0; i < 2; i++) {
    if (times[i].tv_sec >= now - 100) {
      printf(" now");
    } else {
      printf(" %ld.%09ld", (long)times[i].tv_sec, times[i].tv_nsec);
    }
  }
  printf("\n");
}

int main(void) {
  enter_scratch();
  write_file("file", "", 0644);
  must(symlink("file", "link"));
  struct timespec times[2] = {{1000000000, 123456789}, {1100000000, 987654321}};
  show(utimensat(AT_FDCWD, "file", times, 0));
  show_times("file");
  times[0].tv_nsec = UTIME_OMIT;
  times[1].tv_sec = 1200000000;
  show(utimensat(AT_FDCWD, "link", times, 0));
  show_times("file");
  show_times("link");
  times[0] = (struct timespec){1300000000, 1};
  times[1] = (struct timespec){0, UTIME_OMIT};
  show(utimensat(AT_FDCWD, "link", times, AT_SYMLINK_NOFOLLOW));
  show(utimensat(AT_FDCWD, "link", (struct timespec[]){{5, 6}, {7, 8}}, AT_SYMLINK_NOFOLLOW));
  struct stat about;
  must(lstat("link", &about));
  printf("%ld %ld\n", (long)about.st_mtim.tv_sec, about.st_mtim.tv_nsec);
  const int fd = (int)must(open("file", O_RDONLY));
  show(futimens(fd, (struct timespec[]){{10, 20}, {30, 40}}));
  show_times("file");
  show(utimensat(AT_FDCWD, "file", (struct timespec[]){{0, UTIME_NOW}, {0, UTIME_OMIT}}, 0));
  show_times("file");
  show(utimensat(AT_FDCWD, "file", NULL, 0));
  show_times("file");
  show(utimensat(AT_FDCWD, "file", (struct timespec[]){{1, 1000000000}, {1, 1}}, 0));
  show(utimensat(AT_FDCWD, "missing", NULL, 0));
  show(utimensat(AT_FDCWD, "file", NULL, 0x8000));
  show(syscall(SYS_utimensat, 9999, NULL, NULL, 0));
  show(syscall(SYS_utimensat, AT_FDCWD, "file", 16L, 0));
  show(utimensat(AT_FDCWD, "file", (struct timespec[]){{0, UTIME_OMIT}, {0, UTIME_OMIT}}, 0));
  leave_scratch();
  return 0;
}
