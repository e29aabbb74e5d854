// System V's attributes of a terminal have the lower halves of the flags and eight characters, and
// leave the rest alone; rates that no constant names go by BOTHER; TIOCEXCL; IXOFF sends nothing on
// a pty, however full its input is (ioctl_tty(2), tty_ioctl.c).
// covers: ioctl
#include "guest.h"
#include "pty.h"

// As asm-generic/termbits.h and ioctls.h have them, which do not go together with termios.h.
enum { kGet = 0x5405, kSet = 0x5406, kSetFlush = 0x5408, kOther = 010000, kBaud = 010017 };
#define GET2 0x802c542aul
#define SET2 0x402c542bul
struct old_attributes {
  unsigned short input, output, control, local;
  unsigned char discipline, characters[8];
};
struct new_attributes {
  unsigned input, output, control, local;
  unsigned char discipline, characters[19];
  unsigned input_speed, output_speed;
};

static void print_old(const char *title) {
  struct old_attributes old;
  memset(&old, 0xee, sizeof old);
  guest_print_result(title, ioctl(pty_slave, kGet, &old));
  printf("  %x %x %x %x, discipline %d,", old.input, old.output, old.control, old.local,
         old.discipline);
  for (int i = 0; i < 8; i++) printf(" %d", old.characters[i]);
  printf("\n");
}

int main(void) {
  open_pty();
  print_old("by default");
  struct old_attributes old;
  must(ioctl(pty_slave, kGet, &old));
  old.local &= (unsigned short)~ECHO;
  old.characters[VERASE] = 8;
  type_text("lost\n");
  must(ready(pty_slave, -1) ? 0 : -1);
  guest_print_result("TCSETAF", ioctl(pty_slave, kSetFlush, &old));
  printf("readable %d\n", ready(pty_slave, 0));
  print_old("changed");
  struct new_attributes all;
  must(ioctl(pty_slave, (int)GET2, &all));
  printf("the rest: %x %x, characters", all.control, all.local);
  for (int i = 8; i < 19; i++) printf(" %d", all.characters[i]);
  printf(", rates %u %u\n", all.input_speed, all.output_speed);
  guest_print_result("TCSETA from nowhere", ioctl(pty_slave, kSet, NULL));

  all.control = (all.control & ~(unsigned)kBaud) | kOther;
  all.input_speed = all.output_speed = 12345;
  guest_print_result("BOTHER", ioctl(pty_slave, (int)SET2, &all));
  must(ioctl(pty_slave, (int)GET2, &all));
  printf("rates %u %u, BOTHER %d\n", all.input_speed, all.output_speed,
         (all.control & kBaud) == kOther);

  int exclusive = -1;
  guest_print_result("TIOCGEXCL", ioctl(pty_slave, TIOCGEXCL, &exclusive));
  printf("exclusive %d\n", exclusive);
  must(ioctl(pty_slave, TIOCEXCL));
  must(ioctl(pty_slave, TIOCGEXCL, &exclusive));
  printf("exclusive %d\n", exclusive);
  must(ioctl(pty_slave, TIOCNXCL));
  must(ioctl(pty_slave, TIOCGEXCL, &exclusive));
  printf("exclusive %d\n", exclusive);

  show_screen();
  change_flags(0, IXOFF, ICANON | ECHO, 0);
  must(fcntl(pty_master, F_SETFL, O_NONBLOCK));
  static char many[4096];
  memset(many, 'x', sizeof many);
  for (int i = 0; i < 16 && write(pty_master, many, sizeof many) > 0; i++)
    ;
  char byte;
  guest_print_result("STOP when it is full", read(pty_master, &byte, 1));
  return 0;
}
