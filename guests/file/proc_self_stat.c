// proc(5), /proc/self/stat and statm: the numbers of this process: pid, name in parentheses, state,
// parent, group, session, and sizes.
// covers: openat read prctl
#include "guest.h"
#include <sys/prctl.h>

static void check(const char *who) {
  char text[2000] = "";
  const int fd = (int)must(open("/proc/self/stat", O_RDONLY));
  must(read(fd, text, sizeof text - 1));
  must(close(fd));
  int pid = 0, parent = 0, group = 0, session = 0;
  char state = '?';
  char *open_parenthesis = strchr(text, '('), *close_parenthesis = strrchr(text, ')');
  printf("%s: name %.*s\n", who, (int)(close_parenthesis - open_parenthesis) + 1, open_parenthesis);
  sscanf(text, "%d", &pid);
  sscanf(close_parenthesis + 2, "%c %d %d %d", &state, &parent, &group, &session);
  expect(pid == getpid());
  expect(state == 'R');
  expect(parent == getppid());
  expect(group == getpgrp());
  expect(session == getsid(0));
  int fields = 2;
  for (char *p = close_parenthesis + 1; *p != 0 && *p != '\n'; p++) fields += *p == ' ';
  expect(fields >= 52);
}

static void child(void) { check("child"); }

int main(void) {
  must(prctl(PR_SET_NAME, "odd ) name"));
  check("parent");
  print_status("child", in_child(child));
  unsigned long size = 0, resident = 0;
  FILE *statm = fopen("/proc/self/statm", "r");
  expect(fscanf(statm, "%lu %lu", &size, &resident) == 2);
  fclose(statm);
  expect(size > resident && resident > 0);
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) _exit(0);
  siginfo_t info;
  must(waitid(P_PID, pid, &info, WEXITED | WNOWAIT));
  char path[64], text[500] = "";
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  const int fd = (int)must(open(path, O_RDONLY));
  must(read(fd, text, sizeof text - 1));
  printf("zombie: state %c\n", strrchr(text, ')')[2]);
  print_status("zombie", wait_for(pid));
  show_ok(open(path, O_RDONLY));
  return 0;
}
