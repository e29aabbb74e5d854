// ioctl_tty(2), TIOCGWINSZ and TIOCSWINSZ: ENOTTY where there is no terminal, and the size is left
// alone; unknown requests are ENOTTY too.
// covers: ioctl
#include "guest.h"
#include <sys/ioctl.h>

int main(void) {
  enter_scratch();
  int channel[2];
  must(pipe(channel));
  const int file = (int)must(open("file", O_RDWR | O_CREAT, 0600));
  const int null = (int)must(open("/dev/null", O_RDWR));
  const int all[] = {channel[0], channel[1], file, null};
  for (int i = 0; i < 4; i++) {
    struct winsize size = {11, 22, 33, 44};
    show(ioctl(all[i], TIOCGWINSZ, &size));
    show(ioctl(all[i], TIOCSWINSZ, &size));
    show(ioctl(all[i], TIOCGWINSZ, NULL));
    show(ioctl(all[i], 0x12345678, 0));
    printf("%d %d %d %d\n", size.ws_row, size.ws_col, size.ws_xpixel, size.ws_ypixel);
  }
  struct winsize size;
  show(ioctl(9999, TIOCGWINSZ, &size));
  show(ioctl(open("file", O_PATH), TIOCGWINSZ, &size));
  leave_scratch();
  return 0;
}
