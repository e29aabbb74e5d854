// open(2): O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_DIRECTORY, O_NOFOLLOW and O_PATH, and the errors
// EEXIST, ENOENT, ENOTDIR, EISDIR, ELOOP, ENAMETOOLONG, EINVAL, EFAULT and EBADF.
// covers: openat fcntl newfstatat write
#include "guest.h"

static long size_of(const char *path) {
  struct stat about;
  must(stat(path, &about));
  return about.st_size;
}

int main(void) {
  enter_scratch();
  umask(022);
  show_ok(open("new", O_RDWR));
  show_ok(open("new", O_RDWR | O_CREAT, 0640));
  show_ok(open("new", O_RDWR | O_CREAT | O_EXCL, 0640));
  show_ok(open("fresh", O_WRONLY | O_CREAT | O_EXCL, 0600));
  write_file("file", "0123456789", 0644);
  must(mkdir("folder", 0755));
  must(symlink("file", "link"));
  must(symlink("missing", "dangling"));
  must(symlink("loop", "loop"));
  must(symlink("folder", "folder-link"));
  show_ok(open("file", O_RDONLY | O_TRUNC));
  show(size_of("file"));
  write_file("file", "0123456789", 0644);
  const int append = open("file", O_WRONLY | O_APPEND);
  show(lseek(append, 0, SEEK_SET));
  show(write(append, "abc", 3));
  show(size_of("file"));
  show_ok(open("link", O_RDONLY | O_NOFOLLOW));
  show_ok(open("folder-link/", O_RDONLY | O_NOFOLLOW | O_DIRECTORY));
  show_ok(open("folder-link", O_RDONLY | O_NOFOLLOW | O_DIRECTORY));
  show_ok(open("link", O_PATH | O_NOFOLLOW));
  show_ok(open("dangling", O_RDONLY));
  show_ok(open("dangling", O_WRONLY | O_CREAT | O_EXCL, 0600));
  show_ok(open("dangling", O_WRONLY | O_CREAT, 0600));
  show(size_of("missing"));
  show_ok(open("loop", O_RDONLY));
  show_ok(open("loop/x", O_RDONLY));
  show_ok(open("folder", O_RDONLY));
  show_ok(open("folder", O_WRONLY));
  show_ok(open("folder", O_RDONLY | O_CREAT, 0600));
  show_ok(open("folder/", O_RDONLY | O_CREAT, 0600));
  show_ok(open("nothing/", O_RDWR | O_CREAT, 0600));
  show_ok(open("file/", O_RDONLY));
  show_ok(open("file", O_RDONLY | O_DIRECTORY));
  show_ok(open("file/x", O_RDONLY));
  show_ok(open("missing-folder/x", O_RDWR | O_CREAT, 0600));
  show_ok(open("", O_RDONLY));
  show_ok(open("folder/../file", O_RDONLY));
  show_ok(openat(9999, "file", O_RDONLY));
  show_ok(openat(append, "file", O_RDONLY));
  show_ok(openat(9999, "/dev/null", O_RDONLY));
  const int folder = (int)must(open("folder", O_RDONLY | O_DIRECTORY));
  show_ok(openat(folder, "../file", O_RDONLY));
  show_ok(openat(folder, "inside", O_WRONLY | O_CREAT, 0600));
  show(size_of("folder/inside"));
  show_ok(syscall(SYS_openat, AT_FDCWD, 16L, O_RDONLY));
  char name[5000];
  memset(name, 'n', sizeof name);
  name[256] = 0;
  show_ok(open(name, O_RDONLY | O_CREAT, 0600));
  name[255] = 0;
  show_ok(open(name, O_RDONLY | O_CREAT, 0600));
  memset(name, '/', sizeof name);
  name[4096] = 0;
  show_ok(open(name, O_RDONLY));
  name[4095] = 0;
  show_ok(open(name, O_RDONLY));
  const int path_only = (int)must(open("file", O_PATH));
  char byte;
  show(read(path_only, &byte, 1));
  show(write(open("file", O_RDONLY), "x", 1));
  show(read(open("file", O_WRONLY), &byte, 1));
  show(fcntl(append, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK));
  leave_scratch();
  return 0;
}
