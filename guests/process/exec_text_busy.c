// execve(2), open(2), ETXTBSY: a file open for writing cannot be executed, and a running program's
// file cannot be opened for writing, until the other use has ended.
// covers: execve openat
#include "guest.h"

static void copy_self(const char *path) {
  const int in = (int)must(open("/proc/self/exe", O_RDONLY));
  const int out = (int)must(open(path, O_WRONLY | O_CREAT, 0755));
  static char buffer[64 << 10];
  for (long count; (count = must(read(in, buffer, sizeof buffer))) > 0;) {
    must(write(out, buffer, (size_t)count));
  }
  must(close(in));
  must(close(out));
}

int main(int argc, char **argv) {
  if (argc > 1) {
    must(write(1, "started\n", 8));
    char byte;
    must(read(0, &byte, 1));
    return 3;
  }
  enter_scratch();
  copy_self("copy");
  const int writer = (int)must(open("copy", O_WRONLY));
  char *const arguments[] = {argv[0], "run", NULL};
  execv("./copy", arguments);
  printf("open for writing: %s\n", errno_name(errno));
  must(close(writer));
  int input[2], output[2];
  must(pipe2(input, O_CLOEXEC));
  must(pipe2(output, O_CLOEXEC));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    must(dup2(input[0], 0));
    must(dup2(output[1], 1));
    execv("./copy", arguments);
    _exit(1);
  }
  char text[20] = "";
  must(read(output[0], text, sizeof text - 1));
  printf("%s", text);
  show_ok(open("copy", O_WRONLY));
  show_ok(open("copy", O_RDONLY));
  show(truncate("copy", 0));
  show(unlink("copy"));
  must(write(input[1], "x", 1));
  print_status("copy", wait_for(pid));
  leave_scratch();
  return 0;
}
