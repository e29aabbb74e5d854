// proc(5), /proc/self/status: name, ids, memory and signal masks as they are now.
// covers: openat read rt_sigprocmask
#include "guest.h"
#include <sys/prctl.h>

static char text[8192];

// The rest of the line that starts with `key`, without blanks in front.
static const char *value_of(const char *key) {
  static char value[200];
  const char *line = text;
  const size_t length = strlen(key);
  while (line != NULL && strncmp(line, key, length) != 0) {
    line = strchr(line, '\n');
    if (line != NULL) line++;
  }
  if (line == NULL) return "missing";
  line += length;
  line += strspn(line, " \t");
  snprintf(value, sizeof value, "%.*s", (int)strcspn(line, "\n"), line);
  return value;
}

int main(void) {
  must(prctl(PR_SET_NAME, "renamed"));
  signal(SIGUSR1, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  must(sigprocmask(SIG_SETMASK, &none, NULL));
  change_mask(SIG_BLOCK, SIGUSR2);
  change_mask(SIG_BLOCK, SIGHUP);
  must(raise(SIGHUP));
  umask(027);
  const int fd = (int)must(open("/proc/self/status", O_RDONLY));
  size_t filled = 0;
  for (long got; (got = must(read(fd, text + filled, sizeof text - 1 - filled))) > 0;) {
    filled += (size_t)got;
  }
  printf("%s\n", value_of("Name:"));
  printf("%s\n", value_of("State:"));
  expect(atoi(value_of("Pid:")) == getpid());
  expect(atoi(value_of("Tgid:")) == getpid());
  expect(atoi(value_of("PPid:")) == getppid());
  unsigned real = 0, effective = 0;
  expect(sscanf(value_of("Uid:"), "%u %u", &real, &effective) == 2);
  expect(real == getuid() && effective == geteuid());
  expect(sscanf(value_of("Gid:"), "%u", &real) == 1 && real == getgid());
  printf("%s\n", value_of("Umask:"));
  printf("%s\n", value_of("Threads:"));
  printf("%s\n", value_of("SigBlk:"));
  printf("%d\n",
         (int)(strtoul(value_of("ShdPnd:"), NULL, 16) | strtoul(value_of("SigPnd:"), NULL, 16)));
  expect((strtoul(value_of("SigIgn:"), NULL, 16) & 1UL << (SIGUSR1 - 1)) != 0);
  expect(strtol(value_of("VmSize:"), NULL, 10) > 0);
  expect(strtol(value_of("VmRSS:"), NULL, 10) > 0);
  expect(strstr(value_of("VmSize:"), " kB") != NULL);
  return 0;
}
