// execve(2), errors: each leaves the caller running. ENOENT, EACCES (also for root, and for a
// directory), ENOEXEC, ENOTDIR, ELOOP, ENAMETOOLONG and EFAULT.
// covers: execve
#include "guest.h"

static char *const kArguments[] = {"x", NULL};

static void try(const char *path) {
  execve(path, kArguments, NULL);
  printf("%.20s: %s\n", path, errno_name(errno));
}

int main(void) {
  enter_scratch();
  write_file("plain", "#!/proc/self/exe\n", 0644);
  write_file("text", "hello\n", 0755);
  write_file("empty", "", 0755);
  write_file("short", "\177ELF", 0755);
  write_file("no-interpreter", "#!/nonexistent/program\n", 0755);
  write_file("bare", "#!\n", 0755);
  write_file("blank", "#!   \t \n", 0755);
  write_file("interpreter-is-plain", "#!./plain\n", 0755);
  write_file("interpreter-is-directory", "#!./folder\n", 0755);
  write_file("interpreter-below-file", "#!./text/x\n", 0755);
  must(mkdir("folder", 0755));
  must(symlink("loop", "loop"));
  must(symlink("nowhere", "dangling"));
  must(mkfifo("fifo", 0777));
  static const char *const kPaths[] = {
      "nonexistent",
      "",
      "plain",
      "text",
      "empty",
      "short",
      "no-interpreter",
      "bare",
      "blank",
      "folder",
      ".",
      "folder/",
      "text/x",
      "text/",
      "loop",
      "dangling",
      "loop/x",
      "fifo",
      "/dev/null",
      "folder/nope",
      "interpreter-is-plain",
      "interpreter-is-directory",
      "interpreter-below-file",
  };
  for (size_t i = 0; i < sizeof kPaths / sizeof kPaths[0]; i++) try(kPaths[i]);
  char long_name[5000];
  memset(long_name, 'a', sizeof long_name - 1);
  long_name[sizeof long_name - 1] = 0;
  try(long_name);
  long_name[256] = 0;
  try(long_name);
  syscall(SYS_execve, 16L, kArguments, NULL);
  printf("path at 16: %s\n", errno_name(errno));
  syscall(SYS_execve, "/proc/self/exe", 16L, NULL);
  printf("arguments at 16: %s\n", errno_name(errno));
  syscall(SYS_execve, "/proc/self/exe", kArguments, 16L);
  printf("environment at 16: %s\n", errno_name(errno));
  char *const bad[] = {"x", (char *)16, NULL};
  syscall(SYS_execve, "/proc/self/exe", bad, NULL);
  printf("argument at 16: %s\n", errno_name(errno));
  leave_scratch();
  return 0;
}
