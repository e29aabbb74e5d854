// signal(7), pipe(7): writing to a pipe nobody reads kills by SIGPIPE by default; with the signal
// ignored, blocked or handled the write fails with EPIPE, and the sender is the writer itself.
// covers: write rt_sigaction rt_sigprocmask rt_sigpending
#include "guest.h"

static int channel[2];

static void handler(int number, siginfo_t *info, void *context) {
  (void)context;
  printf("%s: code %d, own pid %d\n", signal_name(number), info->si_code, info->si_pid == getpid());
}

static void write_default(void) {
  signal(SIGPIPE, SIG_DFL);
  write(channel[1], "x", 1);
}

static void write_ignored(void) {
  signal(SIGPIPE, SIG_IGN);
  show(write(channel[1], "x", 1));
  show(write(channel[1], "x", 0));
}

static void write_handled(void) {
  install_info_handler(SIGPIPE, handler, 0);
  show(write(channel[1], "x", 1));
}

static void write_blocked(void) {
  signal(SIGPIPE, SIG_DFL);
  change_mask(SIG_BLOCK, SIGPIPE);
  show(write(channel[1], "x", 1));
  sigset_t pending;
  must(sigpending(&pending));
  printf("pending %d\n", sigismember(&pending, SIGPIPE));
  change_mask(SIG_UNBLOCK, SIGPIPE);
}

int main(void) {
  must(pipe(channel));
  must(close(channel[0]));
  print_status("default", in_child(write_default));
  print_status("ignored", in_child(write_ignored));
  print_status("handled", in_child(write_handled));
  print_status("blocked, then not", in_child(write_blocked));
  return 0;
}
