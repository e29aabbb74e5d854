// posix_spawn(3): the child gets the file actions, mask, default signals and process group asked
// for; a program that does not exist is an error of the call.
// covers: clone execve wait4 dup3 rt_sigprocmask rt_sigaction setpgid
#include "guest.h"
#include <spawn.h>

extern char **environ;

static int report(void) {
  sigset_t mask;
  must(sigprocmask(SIG_BLOCK, NULL, &mask));
  struct sigaction action;
  must(sigaction(SIGUSR2, NULL, &action));
  char text[200];
  snprintf(text, sizeof text, "SIGUSR1 blocked %d, SIGUSR2 default %d, group leader %d, fd 7 %d\n",
           sigismember(&mask, SIGUSR1), action.sa_handler == SIG_DFL, getpgrp() == getpid(),
           fcntl(7, F_GETFD) != -1);
  must(write(1, text, strlen(text)));
  return 9;
}

int main(int argc, char **argv) {
  if (argc > 1) return report();
  signal(SIGUSR2, SIG_IGN);
  int channel[2];
  must(pipe(channel));
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, channel[1], 1);
  posix_spawn_file_actions_addopen(&actions, 7, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addclose(&actions, channel[0]);
  posix_spawnattr_init(&attributes);
  const sigset_t mask = set_of(SIGUSR1), defaults = set_of(SIGUSR2);
  posix_spawnattr_setsigmask(&attributes, &mask);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  char *const arguments[] = {argv[0], "report", NULL};
  pid_t pid = -1;
  printf("posix_spawn: %s\n", errno_name(posix_spawn(&pid, "/proc/self/exe", &actions, &attributes,
                                                     arguments, environ)));
  print_status("spawned", wait_for(pid));
  char text[300] = "";
  must(read(channel[0], text, sizeof text - 1));
  printf("%s", text);
  printf("posix_spawn of nothing: %s\n",
         errno_name(posix_spawn(&pid, "/nonexistent", NULL, NULL, arguments, environ)));
  show(wait(NULL));
  return 0;
}
