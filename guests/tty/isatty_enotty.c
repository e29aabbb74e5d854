// isatty(3): ENOTTY for pipes, files, directories and /dev/null, EBADF for a closed descriptor.
// covers: ioctl
#include "guest.h"

int main(void) {
  enter_scratch();
  int channel[2];
  must(pipe(channel));
  show(isatty(channel[0]) ? 1 : -1);
  show(isatty(channel[1]) ? 1 : -1);
  show(isatty(open("file", O_RDWR | O_CREAT, 0600)) ? 1 : -1);
  show(isatty(open(".", O_RDONLY)) ? 1 : -1);
  show(isatty(open("/dev/null", O_RDWR)) ? 1 : -1);
  show(isatty(open("/dev/zero", O_RDWR)) ? 1 : -1);
  show(isatty(9999) ? 1 : -1);
  char name[100];
  printf("%s\n", errno_name(ttyname_r(channel[0], name, sizeof name)));
  leave_scratch();
  return 0;
}
