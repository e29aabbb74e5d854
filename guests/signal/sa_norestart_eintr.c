// signal(7): without SA_RESTART an interrupted read, write, wait or open of a fifo fails with EINTR
// when nothing was moved, and with a partial count when something was.
// covers: rt_sigaction setitimer read write wait4 openat flock
#include "guest.h"
#include <sys/file.h>

static volatile int signals;

static void handler(int number) {
  (void)number;
  signals++;
}

int main(void) {
  int channel[2];
  must(pipe(channel));
  install_handler(SIGALRM, handler, 0);
  // Repeated, so that a signal just before the call is followed by one within it.
  const struct itimerval often = {{0, 10000}, {0, 10000}}, never = {{0, 0}, {0, 0}};
  must(setitimer(ITIMER_REAL, &often, NULL));
  char text[8];
  show(read(channel[0], text, sizeof text));
  const size_t size = 1 << 20;
  char *data = calloc(1, size);
  const long written = write(channel[1], data, size);
  expect(written > 0 && written < (long)size);
  show(write(channel[1], data, size));

  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    for (;;) pause();
  }
  show(wait(NULL));
  siginfo_t info;
  show(waitid(P_ALL, 0, &info, WEXITED));
  must(kill(pid, SIGKILL));
  int status = wait_for(pid);
  print_status("child", status);

  enter_scratch();
  must(mkfifo("fifo", 0600));
  show(open("fifo", O_RDONLY));
  show(open("fifo", O_WRONLY));
  const int first = (int)must(open("lock", O_CREAT | O_RDWR, 0600));
  const int second = (int)must(open("lock", O_RDWR));
  must(flock(first, LOCK_EX));
  show(flock(second, LOCK_EX));
  must(setitimer(ITIMER_REAL, &never, NULL));
  expect(signals >= 6);
  leave_scratch();
  return 0;
}
