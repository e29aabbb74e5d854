// timer_create(2), fork(2), execve(2): a child has no timers, and a new program has none either.
// covers: timer_create timer_gettime execve clone
#include "guest.h"

int main(int argc, char **argv) {
  (void)argc;
  int id = 0;
  struct itimerspec left;
  const char *after = getenv("AFTER_EXEC");
  if (after != NULL) {
    show(syscall(SYS_timer_gettime, atoi(after), &left));
    sleep_ms(5);
    return 0;
  }
  must(syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &id));
  struct itimerspec setting = {{0, 2000000}, {0, 2000000}};
  change_mask(SIG_BLOCK, SIGALRM);
  must(syscall(SYS_timer_settime, id, 0, &setting, NULL));
  fflush(stdout);
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    show(syscall(SYS_timer_gettime, id, &left));
    fflush(stdout);
    _exit(0);
  }
  print_status("child", wait_for(pid));
  const sigset_t set = set_of(SIGALRM);
  must(sigwaitinfo(&set, NULL));
  char text[16];
  snprintf(text, sizeof text, "%d", id);
  setenv("AFTER_EXEC", text, 1);
  fflush(stdout);
  execv(argv[0], argv);
  return 1;
}
