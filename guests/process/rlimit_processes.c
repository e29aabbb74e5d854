// getrlimit(2), RLIMIT_NPROC: with as many processes as the limit fork is EAGAIN for all but root;
// who becomes a user that has too many hears of it at execve(2), unless there is room by then.
// covers: clone execve setresuid prlimit64
#include "guest.h"
#include "unprivileged.h"

static void limit_processes(rlim_t most) {
  must(setrlimit(RLIMIT_NPROC, &(struct rlimit){most, most}));
}

static pid_t start_sleeper(void) {
  const pid_t pid = fork();
  if (pid == 0) {
    pause();
    _exit(0);
  }
  return pid;
}

static void forks(void) {
  become_unprivileged();
  limit_processes(2);
  const pid_t one = start_sleeper();
  show_ok(one);
  show_ok(fork());
  must(kill(one, SIGKILL));
  // A zombie still counts.
  siginfo_t info;
  must(waitid(P_PID, (id_t)one, &info, WEXITED | WNOWAIT));
  show_ok(fork());
  wait_for(one);
  const pid_t two = start_sleeper();
  show_ok(two);
  must(kill(two, SIGKILL));
  wait_for(two);
}

static char *const arguments[] = {(char *)"rlimit_processes", (char *)"again", NULL};

static void become(unsigned user) {
  must(setresgid(user, user, user));
  must(setresuid(user, user, user));
}

// A process of that user, which is it by the time this returns.
static pid_t start_other(unsigned user) {
  int ready[2];
  char byte;
  must(pipe(ready));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    become(user);
    must(write(ready[1], "r", 1));
    for (;;) pause();
  }
  must(read(ready[0], &byte, 1));
  close(ready[0]);
  close(ready[1]);
  return pid;
}

static void execs(void) {
  const unsigned user = 10000 + (unsigned)getpid() % 50000;
  const pid_t one = start_other(user), two = start_other(user);
  limit_processes(1);
  become(user);
  show(execve("/proc/self/exe", arguments, NULL));
  show(execve("/no/such/program", arguments, NULL));
  for (int i = 0; i < 2; i++) {
    const pid_t pid = i == 0 ? one : two;
    must(kill(pid, SIGKILL));
    wait_for(pid);
  }
  show(execve("/proc/self/exe", arguments, NULL));
}

static void execs_within(void) {
  const unsigned user = 10000 + (unsigned)getpid() % 50000;
  const pid_t one = start_other(user);
  limit_processes(5);
  become(user);
  must(kill(one, SIGKILL));
  show(execve("/proc/self/exe", arguments, NULL));
}

int main(int argc, char **argv) {
  if (argc > 1) {
    printf("%s\n", argv[1]);
    return 0;
  }
  if (geteuid() != 0) {
    // Nobody else can become a user without other processes.
    puts("needs root");
    return 0;
  }
  print_status("forks", in_child(forks));
  print_status("execs", in_child(execs));
  print_status("execs within", in_child(execs_within));
  return 0;
}
