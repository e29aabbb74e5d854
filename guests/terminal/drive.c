// pty(7), login_tty(3): a program with a pty as its terminal, driven as by a person: what is typed
// waits for what is on the screen. Alone it drives a child of its own; tests/cli has it drive
// shells: `drive PROGRAM [ARG...]` takes from standard input lines `type TEXT` (\r, \e and ^X as in
// C and on keyboards), `size ROWS COLUMNS` and `await TEXT`, and prints the program's status.
// covers: ioctl read write setsid execve wait4
#include "guest.h"
#include "pty.h"

static char screen[1 << 16];
static size_t screen_size;

static void die(const char *what, const char *text) {
  printf("%s '%s'; the screen is:\n", what, text);
  fwrite(screen, 1, screen_size, stdout);
  putchar('\n');
  fflush(stdout);
  _exit(1);
}

// Reads the screen until `text` is on it; what is before its end is forgotten.
static void await_text(const char *text) {
  const size_t size = strlen(text);
  for (;;) {
    char *found = memmem(screen, screen_size, text, size);
    if (found) {
      const size_t used = (size_t)(found - screen) + size;
      memmove(screen, screen + used, screen_size - used);
      screen_size -= used;
      return;
    }
    if (screen_size == sizeof screen) die("no room while waiting for", text);
    const long got = read(pty_master, screen + screen_size, sizeof screen - screen_size);
    if (got <= 0) die("the program ended before", text);
    screen_size += (size_t)got;
  }
}

static void type_keys(const char *keys) {
  char bytes[256];
  size_t size = 0;
  for (; *keys && size < sizeof bytes; keys++) {
    if (keys[0] == '^' && keys[1]) {
      bytes[size++] = (char)(*++keys & 0x1f);
    } else if (keys[0] == '\\' && keys[1]) {
      keys++;
      bytes[size++] = (char)(*keys == 'r' ? '\r' : *keys == 'e' ? '\033' : *keys);
    } else {
      bytes[size++] = *keys;
    }
  }
  type_bytes(bytes, size);
}

// The rest of login_tty(3): the slave becomes the session's terminal and standard input and output.
static pid_t start(char **arguments, void (*body)(void)) {
  open_pty();
  const struct winsize size = {24, 80, 0, 0};
  must(ioctl(pty_master, TIOCSWINSZ, &size));
  fflush(stdout);
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    close(pty_master);
    must(setsid());
    must(ioctl(pty_slave, TIOCSCTTY, 0));
    for (int fd = 0; fd < 3; fd++) must(dup2(pty_slave, fd));
    close(pty_slave);
    if (body) body();
    if (arguments) execvp(arguments[0], arguments);
    _exit(127);
  }
  close(pty_slave);
  return child;
}

static void obey(char *line) {
  line[strcspn(line, "\n")] = 0;
  struct winsize size = {0, 0, 0, 0};
  if (strncmp(line, "type ", 5) == 0)
    type_keys(line + 5);
  else if (strncmp(line, "await ", 6) == 0)
    await_text(line + 6);
  else if (sscanf(line, "size %hu %hu", &size.ws_row, &size.ws_col) == 2)
    must(ioctl(pty_master, TIOCSWINSZ, &size));
}

static void greet(void) {
  char name[100];
  printf("name? ");
  fflush(stdout);
  if (fgets(name, sizeof name, stdin)) printf("hello, %s", name);
  printf("terminal %d\n", isatty(0));
  fflush(stdout);
  while (fgets(name, sizeof name, stdin)) {
  }
  printf("bye\n");
  exit(7);
}

int main(int count, char **arguments) {
  const pid_t child = start(count > 1 ? arguments + 1 : NULL, count > 1 ? NULL : greet);
  if (count > 1) {
    char line[300];
    while (fgets(line, sizeof line, stdin)) obey(line);
  } else {
    await_text("name? ");
    type_keys("wolrd^u");
    type_keys("world\\r");
    await_text("hello, world\r\n");
    await_text("terminal 1\r\n");
    type_keys("ignored\\r^d");
    await_text("bye\r\n");
  }
  print_status("program", wait_for(child));
  return 0;
}
