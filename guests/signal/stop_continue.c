// signal(7): a stopped process takes no signal but SIGKILL and SIGCONT; SIGCONT drops pending stops
// and resumes even when blocked or ignored; a stop drops a pending SIGCONT.
// covers: kill wait4 rt_sigpending
#include "guest.h"

static volatile int continued;

static void on_continue(int number) {
  (void)number;
  continued++;
}

static int expect_state(pid_t pid, int options) {
  int status = -1;
  must(waitpid(pid, &status, options));
  return status;
}

static void stops_itself(void) {
  install_handler(SIGCONT, on_continue, 0);
  must(raise(SIGSTOP));
  printf("resumed, SIGCONT handled %d\n", continued);
}

static void with_pending(void) {
  change_mask(SIG_BLOCK, SIGTSTP);
  change_mask(SIG_BLOCK, SIGCONT);
  sigset_t pending;
  must(raise(SIGTSTP));
  must(sigpending(&pending));
  printf("TSTP %d CONT %d\n", sigismember(&pending, SIGTSTP), sigismember(&pending, SIGCONT));
  must(raise(SIGCONT));
  must(sigpending(&pending));
  printf("TSTP %d CONT %d\n", sigismember(&pending, SIGTSTP), sigismember(&pending, SIGCONT));
  must(raise(SIGTSTP));
  must(sigpending(&pending));
  printf("TSTP %d CONT %d\n", sigismember(&pending, SIGTSTP), sigismember(&pending, SIGCONT));
}

int main(void) {
  signal(SIGTSTP, SIG_DFL);
  signal(SIGTERM, SIG_DFL);
  pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    stops_itself();
    _exit(1);
  }
  print_status("child", expect_state(pid, WUNTRACED));
  must(kill(pid, SIGCONT));
  print_status("child", wait_for(pid));
  print_status("child with pending signals", in_child(with_pending));

  pid = (pid_t)must(fork());
  if (pid == 0) {
    for (;;) pause();
  }
  must(kill(pid, SIGSTOP));
  print_status("child", expect_state(pid, WUNTRACED));
  must(kill(pid, SIGTERM));
  show(waitpid(pid, NULL, WNOHANG));
  must(kill(pid, SIGCONT));
  print_status("child", expect_state(pid, 0));

  pid = (pid_t)must(fork());
  if (pid == 0) {
    for (;;) pause();
  }
  must(kill(pid, SIGSTOP));
  print_status("child", expect_state(pid, WUNTRACED));
  must(kill(pid, SIGKILL));
  print_status("child", expect_state(pid, 0));

  signal(SIGCONT, SIG_IGN);
  pid = (pid_t)must(fork());
  if (pid == 0) {
    must(raise(SIGSTOP));
    _exit(5);
  }
  print_status("child", expect_state(pid, WUNTRACED));
  must(kill(pid, SIGCONT));
  print_status("child that ignores SIGCONT", expect_state(pid, 0));
  return 0;
}
