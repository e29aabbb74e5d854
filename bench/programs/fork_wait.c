// COUNT times fork, exit in the child, wait in the parent.
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
  const long count = argc > 1 ? atol(argv[1]) : 100;
  long good = 0;
  for (long i = 0; i < count; ++i) {
    const pid_t child = fork();
    if (child < 0) return perror("fork"), 1;
    if (child == 0) _exit(7);
    int status = 0;
    good += waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 7;
  }
  printf("%ld\n", good);
  return good == count ? 0 : 1;
}
