// pipe2(2): O_CLOEXEC and O_NONBLOCK apply to both ends; other flags are EINVAL.
// covers: pipe2 fcntl
#include "guest.h"

int main(void) {
  int channel[2];
  show(pipe2(channel, O_CLOEXEC | O_NONBLOCK));
  show(fcntl(channel[0], F_GETFD));
  show(fcntl(channel[1], F_GETFD));
  expect((fcntl(channel[0], F_GETFL) & O_NONBLOCK) != 0);
  expect((fcntl(channel[1], F_GETFL) & O_NONBLOCK) != 0);
  show(pipe2(channel, 0));
  show(fcntl(channel[0], F_GETFD));
  expect((fcntl(channel[0], F_GETFL) & O_NONBLOCK) == 0);
  show(pipe2(channel, O_APPEND));
  show(pipe2(channel, O_WRONLY));
  struct stat about;
  must(fstat(channel[0], &about));
  expect(S_ISFIFO(about.st_mode));
  show(about.st_size);
  show(about.st_mode & 0777);
  return 0;
}
