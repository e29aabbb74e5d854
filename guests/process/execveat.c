// execveat(2): the path is relative to a directory descriptor, or with AT_EMPTY_PATH the descriptor
// is the program itself; AT_SYMLINK_NOFOLLOW refuses a link.
// covers: execveat
#include "guest.h"

extern char **environ;

static void run(const char *what, int fd, const char *path, int flags) {
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    char *const arguments[] = {"program", "started", NULL};
    syscall(SYS_execveat, fd, path, arguments, environ, flags);
    printf("%s: %s\n", what, errno_name(errno));
    exit(1);
  }
  print_status(what, wait_for(pid));
}

int main(int argc, char **argv) {
  if (argc > 1) {
    printf("started as %s\n", argv[0]);
    return 14;
  }
  enter_scratch();
  char self[PATH_MAX] = "";
  must(readlink("/proc/self/exe", self, sizeof self - 1));
  must(symlink(self, "link"));
  write_file("plain", "text", 0644);
  const int here = (int)must(open(".", O_RDONLY | O_DIRECTORY));
  const int program = (int)must(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  const int path_only = (int)must(open("link", O_PATH));
  run("path and directory", here, "link", 0);
  run("AT_FDCWD", AT_FDCWD, "link", 0);
  run("absolute path", -1, self, 0);
  run("empty path", program, "", AT_EMPTY_PATH);
  run("empty path, O_PATH", path_only, "", AT_EMPTY_PATH);
  run("empty path without the flag", program, "", 0);
  run("link, not followed", here, "link", AT_SYMLINK_NOFOLLOW);
  run("bad descriptor", 9999, "link", 0);
  run("path below a file", program, "link", 0);
  run("missing file", here, "nothing", 0);
  run("file without permission", here, "plain", 0);
  run("directory", here, "", AT_EMPTY_PATH);
  run("unknown flag", here, "link", 0x4000000);
  leave_scratch();
  return 0;
}
