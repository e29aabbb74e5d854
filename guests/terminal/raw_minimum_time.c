// termios(3), non-canonical mode: VMIN says how many bytes a read waits for, VTIME how long; what
// was typed raw is a line when canonical mode comes back.
// covers: ioctl read write
#include "guest.h"
#include "pty.h"

static void set_raw(int least, int tenths) {
  struct termios attributes;
  must(tcgetattr(pty_slave, &attributes));
  cfmakeraw(&attributes);
  attributes.c_cc[VMIN] = (cc_t)least;
  attributes.c_cc[VTIME] = (cc_t)tenths;
  must(tcsetattr(pty_slave, TCSANOW, &attributes));
}

static void type_slowly(void) {
  type_text("a");
  usleep(20000);
  type_text("b");
  usleep(20000);
  type_text("c");
}

int main(void) {
  open_pty();
  set_raw(1, 0);
  type_text("x\ny\r\003\004");
  must(ready(pty_slave, 5000) ? 0 : -1);
  show_read(3);
  show_read(100);
  set_raw(0, 0);
  show_read(100);
  set_raw(0, 1);
  show_read(100);
  set_raw(3, 0);
  const pid_t typist = fork();
  if (typist == 0) {
    type_slowly();
    _exit(0);
  }
  show_read(100);
  must(waitpid(typist, NULL, 0));
  type_text("12");
  show_read(2);
  set_raw(3, 1);
  type_text("12");
  show_read(100);
  must(fcntl(pty_slave, F_SETFL, O_RDWR | O_NONBLOCK));
  set_raw(1, 0);
  show_read(100);
  set_raw(0, 0);
  show_read(100);
  show_screen();
  return 0;
}
