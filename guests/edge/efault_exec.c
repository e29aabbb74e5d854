// execve(2): path, arrays and strings may end at the edge of memory; one byte over is EFAULT and
// the caller runs on.
// covers: execve execveat
#include "guest.h"
#include "edge.h"

extern char **environ;

// Forks, so that a successful execve can be told: its exit status is 0.
static long run(const char *path, char *const *arguments, char *const *environment) {
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    syscall(SYS_execve, path, arguments, environment);
    _exit(errno);
  }
  errno = WEXITSTATUS(wait_for(pid));
  return errno == 0 ? 0 : -1;
}

int main(int argc, char **argv) {
  (void)argc;
  if (strcmp(argv[0], "program") == 0) return 0;
  char *arguments[] = {"program", "again", NULL};
  char *environment[] = {"ONE=1", NULL};
  string_at_edges("/proc/self/exe", run(p, arguments, environment));
  at_edges(sizeof arguments, arguments,
           run("/proc/self/exe", edge_number == 3 ? arguments : p, environment));
  at_edges(sizeof environment, environment, run("/proc/self/exe", arguments, p));
  string_at_edges("again", (arguments[1] = p, run("/proc/self/exe", arguments, environment)));
  arguments[1] = "again";
  string_at_edges("ONE=1", (environment[0] = p, run("/proc/self/exe", arguments, environment)));
  return 0;
}
