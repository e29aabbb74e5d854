// fork_exec_wait COUNT PROGRAM [ARG...]: COUNT times fork, exec in the child, wait in the parent.
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const long count = atol(argv[1]);
  long good = 0;
  for (long i = 0; i < count; ++i) {
    const pid_t child = fork();
    if (child < 0) return perror("fork"), 1;
    if (child == 0) {
      execv(argv[2], argv + 2);
      _exit(127);
    }
    int status = 0;
    good += waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  printf("%ld\n", good);
  return good == count ? 0 : 1;
}
