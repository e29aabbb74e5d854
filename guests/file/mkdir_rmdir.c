// mkdir(2), rmdir(2): modes, links and the errors EEXIST, ENOENT, ENOTDIR, ENOTEMPTY, EINVAL,
// EBUSY.
// covers: mkdirat unlinkat
#include "guest.h"

int main(void) {
  enter_scratch();
  umask(022);
  show(mkdir("one", 0777));
  struct stat about;
  must(stat("one", &about));
  printf("%o\n", about.st_mode);
  show(mkdir("one", 0777));
  show(mkdir("one/", 0777));
  show(mkdir("two/", 0700));
  show(mkdir("missing/x", 0777));
  write_file("file", "", 0644);
  show(mkdir("file", 0777));
  show(mkdir("file/x", 0777));
  show(mkdir("", 0777));
  show(mkdir(".", 0777));
  show(mkdir("/", 0777));
  must(symlink("nowhere", "dangling"));
  show(mkdir("dangling", 0777));
  write_file("one/file", "", 0644);
  show(rmdir("one"));
  must(unlink("one/file"));
  show(rmdir("one/."));
  show(rmdir("one/.."));
  show(rmdir("one/"));
  show(rmdir("one"));
  show(rmdir("file"));
  show(rmdir("dangling"));
  show(rmdir(""));
  show(rmdir("/"));
  // A directory removed under a process: it is empty, and nothing can be made in it.
  must(chdir("two"));
  show(rmdir("../two"));
  show_ok(open("x", O_CREAT | O_WRONLY, 0600));
  char path[PATH_MAX];
  show(syscall(SYS_getcwd, path, sizeof path));
  show_ok(open(".", O_RDONLY));
  must(chdir(guest_scratch_path));
  char name[300];
  memset(name, 'd', sizeof name);
  name[256] = 0;
  show(mkdir(name, 0755));
  name[255] = 0;
  show(mkdir(name, 0755));
  leave_scratch();
  return 0;
}
