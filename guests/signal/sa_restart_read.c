// signal(7), SA_RESTART: a read, a wait or a write interrupted by a handler with the flag carries
// on as if nothing had happened.
// covers: rt_sigaction setitimer read write wait4
#include "guest.h"

static int channel[2];
static volatile int signals;
static char drained[1 << 16];

static void stop_timer(void) {
  const struct itimerval never = {{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &never, NULL);
}

// The third signal lets the blocked call go on.
static void feed(int number) {
  (void)number;
  if (++signals != 3) return;
  stop_timer();
  must(write(channel[1], "fed", 3));
}

static void drain(int number) {
  (void)number;
  if (++signals != 3) return;
  stop_timer();
  must(read(channel[0], drained, sizeof drained));
}

static void release(int number) {
  (void)number;
  if (++signals != 3) return;
  stop_timer();
  must(close(channel[1]));
}

static void start(void (*handler)(int)) {
  const struct itimerval often = {{0, 5000}, {0, 5000}};
  signals = 0;
  install_handler(SIGALRM, handler, SA_RESTART);
  must(setitimer(ITIMER_REAL, &often, NULL));
}

int main(void) {
  char text[8] = "";
  must(pipe(channel));
  start(feed);
  show(read(channel[0], text, sizeof text));
  printf("%s after %d signals\n", text, signals);

  must(fcntl(channel[1], F_SETFL, O_NONBLOCK));
  static char page[kPage];
  while (write(channel[1], page, sizeof page) > 0) {
  }
  must(fcntl(channel[1], F_SETFL, 0));
  start(drain);
  show(write(channel[1], page, sizeof page));
  printf("written after %d signals\n", signals);

  int hold[2];
  must(pipe(hold));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    must(close(hold[1]));
    must(read(hold[0], text, 1));
    _exit(6);
  }
  must(close(channel[1]));
  channel[1] = hold[1];
  start(release);
  int status = -1;
  expect(waitpid(pid, &status, 0) == pid);
  print_status("child", status);
  printf("reaped after %d signals\n", signals);
  return 0;
}
