// What a debugger or a test's hooks look at: a function called here and in a child, and a file that
// is not there. By itself it is three plain calls and open(2)'s ENOENT.
// covers: openat, clone, wait4
// flags: -static-pie

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// Volatile, so that every call is made and its value is looked at.
volatile int factor = 2;

__attribute__((noinline)) int scaled(int number) { return number * factor; }

int main(void) {
  printf("%d\n", scaled(1));
  printf("%d\n", scaled(2));
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) _exit(scaled(4));
  int status = 0;
  waitpid(child, &status, 0);
  printf("child %d\n", WEXITSTATUS(status));

  char text[32] = {0};
  const int fd = open("/hook-target/nothing", O_RDONLY);
  if (fd < 0)
    printf("%s\n", errno == ENOENT ? "ENOENT" : strerror(errno));
  else
    printf("%zd %s\n", read(fd, text, sizeof text - 1), text);
  return 0;
}
