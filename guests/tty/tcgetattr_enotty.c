// termios(3): attributes, flushing, breaking and the like are ENOTTY where there is no terminal.
// covers: ioctl
#include "guest.h"
#include <termios.h>

int main(void) {
  int channel[2];
  must(pipe(channel));
  const int null = (int)must(open("/dev/null", O_RDWR));
  const int all[] = {channel[0], null};
  for (int i = 0; i < 2; i++) {
    struct termios attributes;
    memset(&attributes, 0, sizeof attributes);
    show(tcgetattr(all[i], &attributes));
    show(tcsetattr(all[i], TCSANOW, &attributes));
    show(tcsetattr(all[i], TCSADRAIN, &attributes));
    show(tcflush(all[i], TCIFLUSH));
    show(tcflow(all[i], TCOON));
    show(tcdrain(all[i]));
    show(tcsendbreak(all[i], 0));
  }
  struct termios attributes;
  show(tcgetattr(9999, &attributes));
  return 0;
}
