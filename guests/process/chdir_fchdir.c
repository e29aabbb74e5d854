// chdir(2), fchdir(2): the directory is per process, survives rename, and names what it should
// through links; ENOENT, ENOTDIR, EBADF and ELOOP otherwise.
// covers: chdir fchdir getcwd chroot
#include "guest.h"

static void show_tail(const char *when) {
  char path[PATH_MAX];
  must(getcwd(path, sizeof path) == NULL ? -1 : 0);
  printf("%s: %s\n", when, path + strlen(guest_scratch_path));
}

static void child(void) {
  must(chdir(".."));
  show_tail("child");
}

int main(void) {
  enter_scratch();
  must(mkdir("one", 0755));
  must(mkdir("one/two", 0755));
  must(symlink("one/two", "link"));
  must(symlink("loop", "loop"));
  write_file("file", "", 0644);
  const int top = (int)must(open(".", O_RDONLY | O_DIRECTORY));
  show(chdir("one/two"));
  show_tail("one/two");
  print_status("child", in_child(child));
  show_tail("parent");
  show(fchdir(top));
  show_tail("top");
  show(chdir("link"));
  show_tail("link");
  show(chdir(".."));
  show_tail("link/..");
  must(fchdir(top));
  must(rename("one", "uno"));
  show(chdir("uno//./two/"));
  show_tail("renamed");
  show(fchdir(top));
  show(chdir("one"));
  show(chdir(""));
  show(chdir("file"));
  show(chdir("file/x"));
  show(chdir("loop"));
  show(chdir((char *)16));
  show(fchdir(9999));
  const int file = (int)must(open("file", O_RDONLY));
  show(fchdir(file));
  show(chroot("nothing"));
  show(chroot("file"));
  show(chdir("/.."));
  char root[10];
  show(syscall(SYS_getcwd, root, 2));
  printf("%s\n", root);
  leave_scratch();
  return 0;
}
