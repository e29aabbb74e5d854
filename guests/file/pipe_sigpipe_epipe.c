// pipe(7): a writer blocked in a full pipe is told by SIGPIPE and EPIPE when the last reader
// closes.
// covers: pipe2 write close clone
#include "guest.h"

static int channel[2];
static int ignore;

static void blocked_writer(void) {
  signal(SIGPIPE, ignore ? SIG_IGN : SIG_DFL);
  must(close(channel[0]));
  static char page[kPage];
  long result;
  while ((result = write(channel[1], page, sizeof page)) > 0) {
  }
  show(result);
}

static void run(const char *what) {
  must(pipe(channel));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    blocked_writer();
    _exit(4);
  }
  must(close(channel[1]));
  char byte;
  must(read(channel[0], &byte, 1));
  sleep_ms(10);
  must(close(channel[0]));
  print_status(what, wait_for(pid));
}

int main(void) {
  run("default");
  ignore = 1;
  run("ignored");
  return 0;
}
