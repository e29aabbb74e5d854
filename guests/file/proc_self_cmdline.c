// proc(5), /proc/self/cmdline and environ: the arguments and the environment as execve got them,
// each string with its terminator.
// covers: execve openat read
#include "guest.h"

static void dump(const char *path) {
  char text[1000];
  const int fd = (int)must(open(path, O_RDONLY));
  long length = 0;
  for (long got; (got = must(read(fd, text + length, sizeof text - (size_t)length))) > 0;) {
    length += got;
  }
  printf("%s, %ld bytes: ", path, length);
  for (long i = 0; i < length; i++) printf("%c", text[i] == 0 ? '|' : text[i]);
  printf("\n");
}

static void child(void) { dump("/proc/self/cmdline"); }

int main(int argc, char **argv) {
  (void)argv;
  if (argc == 1) {
    char *const arguments[] = {"name", "first", "", "two words", NULL};
    char *const environment[] = {"ONE=1", "EMPTY=", NULL};
    execve("/proc/self/exe", arguments, environment);
    return 1;
  }
  dump("/proc/self/cmdline");
  dump("/proc/self/environ");
  print_status("child", in_child(child));
  char byte;
  const int fd = (int)must(open("/proc/self/cmdline", O_RDONLY));
  show(pread(fd, &byte, 1, 5));
  printf("%c\n", byte);
  show(pread(fd, &byte, 1, 1000));
  return 0;
}
