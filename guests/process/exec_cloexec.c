// execve(2), fcntl(2): descriptors marked close-on-exec are closed, however they were marked, and
// all others stay open at their numbers; a failed execve closes none.
// covers: execve fcntl dup3 pipe2 openat
#include "guest.h"

enum { kFirst = 40, kCount = 9 };

static void show_open(const char *when) {
  printf("%s:", when);
  for (int fd = kFirst; fd < kFirst + kCount; fd++) printf(" %d", fcntl(fd, F_GETFD));
  printf("\n");
}

int main(int argc, char **argv) {
  if (argc > 1) {
    show_open("after");
    char text[8] = "";
    show(read(kFirst, text, 4));
    printf("%s\n", text);
    return 0;
  }
  const int fd = (int)must(open("/dev/null", O_RDONLY));
  const int marked = (int)must(open("/dev/null", O_RDONLY | O_CLOEXEC));
  int channel[2];
  must(pipe2(channel, O_CLOEXEC));
  must(write(channel[1], "data", 4));
  must(dup2(channel[0], kFirst));  // dup2 clears the mark
  must(dup2(marked, kFirst + 1));
  must(dup3(fd, kFirst + 2, O_CLOEXEC));
  must(dup2(fd, kFirst + 3));
  must(fcntl(kFirst + 3, F_SETFD, FD_CLOEXEC));
  must(fcntl(fd, F_DUPFD_CLOEXEC, kFirst + 4));
  must(fcntl(fd, F_DUPFD, kFirst + 5));
  must(dup3(fd, kFirst + 6, O_CLOEXEC));
  must(fcntl(kFirst + 6, F_SETFD, 0));
  must(dup2(channel[1], kFirst + 7));
  show_open("before");
  char *const arguments[] = {argv[0], "after", NULL};
  execv("/nonexistent", arguments);
  show_open("after a failure");
  expect(fcntl(marked, F_GETFD) == FD_CLOEXEC);
  execv("/proc/self/exe", arguments);
  return 1;
}
