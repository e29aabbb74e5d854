// _exit(2), wait(2): the low eight bits of the code are what the parent reads, with WIFEXITED true
// and the other predicates false; returning from main and exit(3) are the same, after atexit
// handlers.
// covers: exit_group exit wait4
#include "guest.h"

static int code;

static void leave(void) { _exit(code); }
static void leave_by_exit(void) { exit(code); }
static void leave_thread(void) { syscall(SYS_exit, code); }
static void farewell(void) { printf("atexit ran\n"); }
static void leave_with_atexit(void) {
  must(atexit(farewell));
  exit(code);
}

int main(void) {
  static const int kCodes[] = {0, 1, 7, 127, 128, 245, 255, 256, 257, -1, -11, 65535};
  for (size_t i = 0; i < sizeof kCodes / sizeof kCodes[0]; i++) {
    code = kCodes[i];
    const int status = in_child(leave);
    printf("_exit(%d): status %#06x exited %d code %d signaled %d stopped %d continued %d\n", code,
           (unsigned)status, WIFEXITED(status), WEXITSTATUS(status), WIFSIGNALED(status),
           WIFSTOPPED(status), WIFCONTINUED(status));
  }
  code = 9;
  print_status("exit(3)", in_child(leave_by_exit));
  print_status("exit of the only thread", in_child(leave_thread));
  print_status("exit(3) with atexit", in_child(leave_with_atexit));
  return 0;
}
