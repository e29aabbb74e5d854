// execve(2): NULL for the argument list or the environment is an empty list, and a program never
// starts with fewer than one argument: it gets one empty string.
// covers: execve
#include "guest.h"

extern char **environ;

static int run(char *const *arguments, char *const *environment) {
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    syscall(SYS_execve, "/proc/self/exe", arguments, environment);
    printf("execve: %s\n", errno_name(errno));
    exit(1);
  }
  return wait_for(pid);
}

int main(int argc, char **argv) {
  if (argc == 1 && argv[0][0] == 0) {
    int count = 0;
    while (environ[count] != NULL) count++;
    printf("one empty argument, then %s; environment of %d\n", argv[1] == NULL ? "NULL" : "more",
           count);
    return 5;
  }
  char *const nothing[] = {NULL};
  char *const one[] = {"ONE=1", NULL};
  print_status("NULL, NULL", run(NULL, NULL));
  print_status("empty, NULL", run(nothing, NULL));
  print_status("NULL, empty", run(NULL, nothing));
  print_status("NULL, one", run(NULL, one));
  return 0;
}
