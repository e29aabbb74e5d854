// kill(2): 0 and a negative pid reach every process of a group and none outside it.
// covers: kill setpgid wait4
#include "guest.h"

enum { kMembers = 3 };

static volatile int usr1;

static void handler(int number) {
  (void)number;
  usr1++;
}

static pid_t sleeper(pid_t group) {
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    for (;;) pause();
  }
  must(setpgid(pid, group == 0 ? pid : group));
  return pid;
}

static void whole_group(void) {
  must(setpgid(0, 0));
  install_handler(SIGUSR1, handler, 0);
  pid_t members[kMembers];
  for (int i = 0; i < kMembers; i++) {
    members[i] = (pid_t)must(fork());
    if (members[i] == 0) {
      signal(SIGUSR1, SIG_DFL);
      for (;;) pause();
    }
  }
  change_mask(SIG_BLOCK, SIGUSR1);
  // The members' own SIG_DFL may come late, so they are told until they are gone.
  int left = kMembers;
  while (left > 0) {
    must(kill(0, SIGUSR1));
    sleep_ms(1);
    int status;
    while (waitpid(-1, &status, WNOHANG) > 0) {
      if (WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1) left--;
    }
  }
  change_mask(SIG_UNBLOCK, SIGUSR1);
  printf("members killed, the sender's handler ran %d\n", usr1);
}

int main(void) {
  pid_t members[kMembers];
  members[0] = sleeper(0);
  for (int i = 1; i < kMembers; i++) members[i] = sleeper(members[0]);
  const pid_t outsider = sleeper(0);
  show(kill(-members[0], SIGTERM));
  for (int i = 0; i < kMembers; i++) print_status("member", wait_for(members[i]));
  show(waitpid(outsider, NULL, WNOHANG));
  show(kill(-members[0], SIGTERM));
  must(kill(outsider, SIGKILL));
  print_status("outsider", wait_for(outsider));
  print_status("group leader", in_child(whole_group));
  return 0;
}
