// link(2), unlink(2), rename(2): names come and go, the file lives while a name or a descriptor is
// left; rename replaces atomically what is of the same kind, and names the same file twice
// harmlessly.
// covers: linkat unlinkat renameat mkdirat
#include "guest.h"

static long links_of(const char *path) {
  struct stat about;
  return stat(path, &about) == -1 ? -1 : (long)about.st_nlink;
}

int main(void) {
  enter_scratch();
  write_file("a", "from a", 0644);
  show(link("a", "b"));
  show(links_of("a"));
  show(link("a", "b"));
  show(link("missing", "c"));
  show(link("a", "missing/c"));
  must(mkdir("folder", 0755));
  show(link("folder", "folder2"));
  show(unlink("a"));
  show(links_of("b"));
  show(unlink("a"));
  show(unlink("folder"));
  show(unlinkat(AT_FDCWD, "b", AT_REMOVEDIR));
  show(unlink("b/"));
  show(unlink(""));
  const int fd = (int)must(open("b", O_RDONLY));
  show(unlink("b"));
  char text[10] = "";
  show(read(fd, text, 6));
  struct stat about;
  must(fstat(fd, &about));
  show(about.st_nlink);

  write_file("x", "x", 0644);
  write_file("y", "y", 0644);
  show(rename("x", "y"));
  show(links_of("x"));
  must(read((int)must(open("y", O_RDONLY)), text, 1));
  printf("%c\n", text[0]);
  must(link("y", "z"));
  show(rename("y", "z"));
  show(links_of("y"));
  show(rename("y", "y"));
  show(rename("missing", "y"));
  show(rename("folder", "y"));
  show(rename("y", "folder"));
  show(rename("folder", "folder/inside"));
  must(mkdir("full", 0755));
  write_file("full/file", "", 0644);
  show(rename("folder", "full"));
  show(rename("full", "folder"));
  show(links_of("folder/file"));
  show(rename("y", "missing/y"));
  show(rename("y", "new/"));
  show(rename("folder", "renamed/"));
  show(rename(".", "dot"));
  show(rename("y", ""));
  must(symlink("y", "link"));
  show(rename("link", "moved-link"));
  must(lstat("moved-link", &about));
  expect(S_ISLNK(about.st_mode));
  show(syscall(SYS_linkat, AT_FDCWD, "moved-link", AT_FDCWD, "hard", 0));
  must(lstat("hard", &about));
  expect(S_ISLNK(about.st_mode));
  show(syscall(SYS_linkat, AT_FDCWD, "moved-link", AT_FDCWD, "followed", AT_SYMLINK_FOLLOW));
  must(lstat("followed", &about));
  expect(S_ISREG(about.st_mode));
  show(syscall(SYS_linkat, AT_FDCWD, "y", AT_FDCWD, "w", 0x8000));
  show(syscall(SYS_unlinkat, AT_FDCWD, "y", 0x8000));
  show(syscall(SYS_renameat, 9999, "y", AT_FDCWD, "w"));
  show(syscall(SYS_unlinkat, AT_FDCWD, 16L, 0));
  leave_scratch();
  return 0;
}
