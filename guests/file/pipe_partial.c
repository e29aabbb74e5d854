// pipe(7): a blocking write larger than the pipe returns only when all of it has gone in; a
// blocking read returns what there is.
// covers: pipe2 write read clone
#include "guest.h"

int main(void) {
  int channel[2];
  must(pipe(channel));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    must(close(channel[0]));
    static char data[300000];
    for (size_t i = 0; i < sizeof data; i++) data[i] = (char)(i % 251);
    _exit(write(channel[1], data, sizeof data) == sizeof data ? 0 : 1);
  }
  must(close(channel[1]));
  sleep_ms(10);
  show(waitpid(pid, NULL, WNOHANG));
  size_t total = 0, wrong = 0;
  unsigned char block[7777];
  for (long got; (got = must(read(channel[0], block, sizeof block))) > 0; total += (size_t)got) {
    for (long i = 0; i < got; i++) wrong += block[i] != (total + (size_t)i) % 251;
  }
  printf("%zu bytes, %zu wrong\n", total, wrong);
  print_status("writer", wait_for(pid));
  return 0;
}
