// renameat2(2): what RENAME_EXCHANGE and RENAME_NOREPLACE do with files, directories, links and
// names of one file, and what they refuse; on a disk and in memory.
// covers: renameat2
#include "guest.h"

enum { kNoReplace = 1, kExchange = 2, kWhiteout = 4 };

static int move(const char *from, const char *to, unsigned flags) {
  return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
}

static void kind(const char *path) {
  struct stat about;
  if (lstat(path, &about) == -1) {
    printf("%s: %s\n", path, errno_name(errno));
    return;
  }
  const char *what = S_ISDIR(about.st_mode)   ? "directory"
                     : S_ISLNK(about.st_mode) ? "link"
                                              : "file";
  printf("%s: %s, %d bytes\n", path, what, S_ISDIR(about.st_mode) ? 0 : (int)about.st_size);
}

static void exchanges(void) {
  show(move("file", "other", kExchange));
  kind("file");
  kind("other");
  show(move("file", "directory", kExchange));
  kind("file");
  kind("directory");
  kind("file/inner");
  show(move("file", "directory", kExchange));
  show(move("link", "file", kExchange));
  kind("link");
  kind("file");
  show(move("link", "file", kExchange));
  show(move("file", "second", kExchange));
  show(move("file", "file", kExchange));
  show(move("directory", "directory/inner", kExchange));
  show(move("directory/inner", "directory", kExchange));
  show(move("file", "missing", kExchange));
  show(move("missing", "file", kExchange));
  show(move("file", "directory/", kExchange));
  show(move("file/", "directory", kExchange));
  show(move("file", "other/", kExchange));
  show(move(".", "directory", kExchange));
  show(move("directory", "..", kExchange));
  show(move("full", "directory", kExchange));
  kind("full/inner");
  kind("directory/x");
  struct stat about;
  must(stat(".", &about));
  printf("links %s\n", about.st_nlink == 4 || about.st_nlink == 1 ? "right" : "wrong");
}

static void no_replaces(void) {
  show(move("file", "other", kNoReplace));
  show(move("file", "file", kNoReplace));
  show(move("file", "second", kNoReplace));
  show(move("file", "new", kNoReplace));
  show(move("new", "file", kNoReplace));
  show(move("missing", "other", kNoReplace));
  show(move("file", ".", kNoReplace));
  show(move("directory", "directory/inner", kNoReplace));
}

static void flags(void) {
  show(move("file", "other", kNoReplace | kExchange));
  show(move("file", "other", kWhiteout | kExchange));
  show(move("file", "other", 8));
  show(move("file", "second", 0));
  kind("file");
  show(move("directory", "full", 0));
  show(move("file", "directory", 0));
  show(move("directory", "file", 0));
  show((int)syscall(SYS_renameat2, AT_FDCWD, 16L, AT_FDCWD, "file", 0));
  show((int)syscall(SYS_renameat2, 9999, "file", AT_FDCWD, "file", 0));
  show(move("", "file", kExchange));
}

static void all(void) {
  write_file("file", "1", 0644);
  write_file("other", "22", 0644);
  must(link("file", "second"));
  must(symlink("nowhere", "link"));
  must(mkdir("directory", 0755));
  must(mkdir("directory/inner", 0755));
  must(mkdir("full", 0755));
  write_file("full/x", "333", 0644);
  exchanges();
  no_replaces();
  flags();
}

int main(void) {
  enter_scratch();
  all();
  leave_scratch();
  char here[PATH_MAX], base[] = "/dev/shm/guest-XXXXXX";
  must(getcwd(here, sizeof here) == NULL ? -1 : 0);
  must(mkdtemp(base) == NULL ? -1 : 0);
  must(chdir(base));
  all();
  const int top = (int)must(open(".", O_RDONLY | O_DIRECTORY));
  guest_remove_contents(top);
  must(chdir(here));
  must(rmdir(base));
  return 0;
}
