// A pty made by the program itself, so that host and kemu agree without a terminal of their own.
// Include it after guest.h.
#pragma once

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>

static int pty_master;
static int pty_slave;

// A fresh pty with default attributes.
static inline void open_pty(void) {
  pty_master = (int)must(posix_openpt(O_RDWR | O_NOCTTY));
  must(grantpt(pty_master));
  must(unlockpt(pty_master));
  pty_slave = (int)must(open(ptsname(pty_master), O_RDWR | O_NOCTTY));
}

static inline void change_flags(tcflag_t clear_input, tcflag_t set_input, tcflag_t clear_local,
                                tcflag_t set_local) {
  struct termios attributes;
  must(tcgetattr(pty_slave, &attributes));
  attributes.c_iflag = (attributes.c_iflag & ~clear_input) | set_input;
  attributes.c_lflag = (attributes.c_lflag & ~clear_local) | set_local;
  must(tcsetattr(pty_slave, TCSANOW, &attributes));
}

static inline void change_output(tcflag_t clear, tcflag_t set) {
  struct termios attributes;
  must(tcgetattr(pty_slave, &attributes));
  attributes.c_oflag = (attributes.c_oflag & ~clear) | set;
  must(tcsetattr(pty_slave, TCSANOW, &attributes));
}

static inline void show_bytes(const char *label, const char *bytes, long size) {
  printf("%s %ld:", label, size);
  for (long i = 0; i < size; i++) {
    const unsigned char byte = (unsigned char)bytes[i];
    if (byte > 0x20 && byte < 0x7f && byte != '\\')
      putchar(byte);
    else
      printf("\\%02x", byte);
  }
  putchar('\n');
}

static inline bool ready(int fd, int milliseconds) {
  struct pollfd wanted = {fd, POLLIN, 0};
  return poll(&wanted, 1, milliseconds) == 1 && (wanted.revents & POLLIN) != 0;
}

// Types bytes at the keyboard.
static inline void type_bytes(const char *bytes, size_t size) {
  must(write(pty_master, bytes, size));
}
static inline void type_text(const char *text) { type_bytes(text, strlen(text)); }

// What is on the screen by now. The host hands bytes over in the background, so the program writes
// a mark of its own last, and reads up to that.
static inline void show_screen(void) {
  static const char kMark = '\003';
  must(write(pty_slave, &kMark, 1));
  char screen[20000];
  long size = 0;
  while (size == 0 || screen[size - 1] != kMark)
    size += must(read(pty_master, screen + size, sizeof screen - (size_t)size));
  show_bytes("screen", screen, size - 1);
}

// One read of the program.
static inline void show_read(size_t most) {
  char bytes[5000];
  const long size = read(pty_slave, bytes, most);
  if (size < 0)
    printf("read = -1 %s\n", errno_name(errno));
  else
    show_bytes("read", bytes, size);
}
