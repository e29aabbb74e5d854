// covers: openat
// A FIFO's open that waits for its other side: ended by a signal, restarted after one, and met.
#include "guest.h"

static volatile sig_atomic_t alarms;

static void on_alarm(int number) {
  (void)number;
  alarms++;
}

static void alarm_in_10_ms(void) {
  const struct itimerval soon = {{0, 0}, {0, 10000}};
  must(setitimer(ITIMER_REAL, &soon, NULL));
}

int main(void) {
  enter_scratch();
  must(mkfifo("fifo", 0600));
  install_handler(SIGALRM, on_alarm, 0);
  alarm_in_10_ms();
  show(open("fifo", O_RDONLY));
  printf("alarms %d\n", (int)alarms);
  alarm_in_10_ms();
  show(open("fifo", O_WRONLY));
  show(open("fifo", O_WRONLY | O_NONBLOCK));

  install_handler(SIGALRM, on_alarm, SA_RESTART);
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    sleep_ms(50);
    const int out = (int)must(open("fifo", O_WRONLY));
    must(write(out, "met", 3));
    _exit(0);
  }
  alarm_in_10_ms();
  const int in = open("fifo", O_RDONLY);
  expect(in >= 0);
  printf("alarms %d\n", (int)alarms);
  char text[8] = "";
  show(read(in, text, sizeof text));
  puts(text);
  show(read(in, text, sizeof text));
  print_status("writer", wait_for(child));
  leave_scratch();
  return 0;
}
