// termios(3), canonical mode: lines up to 4095 bytes and their end are read whole, what is typed
// beyond is lost; lines that find the input queue full wait for readers. Raw input has no lines.
// covers: read write ioctl
#include "guest.h"
#include "pty.h"

static char typed[8192];
static char got[8192];

static void one_line(size_t size) {
  typed[size] = '\n';
  type_bytes(typed, size + 1);
  const long length = must(read(pty_slave, got, sizeof got));
  size_t same = 0;
  while (same < size && got[same] == typed[same]) same++;
  printf("%zu: %ld, %zu as typed, %s\n", size, length, same,
         got[length - 1] == '\n' ? "ended" : "not ended");
  typed[size] = 'x';
}

static void many_lines(void) {
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    for (int i = 0; i < 30; i++) {
      char line[1000];
      memset(line, 'a' + i % 26, sizeof line);
      line[sizeof line - 1] = '\n';
      type_bytes(line, sizeof line);
    }
    _exit(0);
  }
  int whole = 0;
  for (int i = 0; i < 30; i++) {
    const long length = must(read(pty_slave, got, sizeof got));
    whole += length == 1000 && got[0] == 'a' + i % 26 && got[998] == got[0];
  }
  show(whole);
  wait_for(pid);
}

static void raw_bytes(void) {
  change_flags(0, 0, ICANON, 0);
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    for (int i = 0; i < 5; i++) type_bytes(typed, 6000);
    _exit(0);
  }
  long all = 0, wrong = 0;
  while (all < 30000) {
    const long length = must(read(pty_slave, got, sizeof got));
    for (long i = 0; i < length; i++) wrong += got[i] != typed[(all + i) % 6000];
    all += length;
  }
  show(all);
  show(wrong);
  wait_for(pid);
}

int main(void) {
  open_pty();
  change_flags(0, 0, ECHO, 0);
  for (size_t i = 0; i < sizeof typed; i++) typed[i] = (char)('a' + i % 26);
  one_line(4093);
  one_line(4094);
  one_line(4095);
  one_line(4096);
  one_line(4097);
  one_line(6000);
  one_line(10);
  many_lines();
  raw_bytes();
  return 0;
}
