// pipe(7): end of file when the last writer is gone, after what is still in it, however the writer
// went, and not before every copy of the write end is closed.
// covers: pipe2 read close clone
#include "guest.h"

int main(void) {
  int channel[2];
  char text[8] = "";
  must(pipe(channel));
  must(write(channel[1], "rest", 4));
  must(close(channel[1]));
  show(read(channel[0], text, sizeof text));
  show(read(channel[0], text, sizeof text));
  show(read(channel[0], text, sizeof text));
  must(close(channel[0]));

  must(pipe(channel));
  int gate[2];
  must(pipe(gate));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    must(close(gate[1]));
    must(read(gate[0], text, 1));
    must(write(channel[1], "bye", 3));
    raise(SIGKILL);
  }
  must(close(channel[1]));
  must(fcntl(channel[0], F_SETFL, O_NONBLOCK));
  show(read(channel[0], text, sizeof text));
  must(fcntl(channel[0], F_SETFL, 0));
  must(close(gate[1]));
  show(read(channel[0], text, sizeof text));
  show(read(channel[0], text, sizeof text));
  print_status("writer", wait_for(pid));
  must(close(channel[0]));

  must(pipe(channel));
  const int copy = (int)must(dup(channel[1]));
  must(close(channel[1]));
  must(fcntl(channel[0], F_SETFL, O_NONBLOCK));
  show(read(channel[0], text, sizeof text));
  must(close(copy));
  show(read(channel[0], text, sizeof text));
  return 0;
}
