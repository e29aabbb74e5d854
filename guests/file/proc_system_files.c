// proc(5): the files that tell about the machine have the lines that programs look for.
// covers: openat read
#include "guest.h"

static char text[1 << 18];

static void load(const char *path) {
  memset(text, 0, sizeof text);
  const int fd = open(path, O_RDONLY);
  printf("%s: %s\n", path, fd == -1 ? errno_name(errno) : "open");
  if (fd == -1) return;
  size_t filled = 0;
  for (long got; (got = read(fd, text + filled, sizeof text - 1 - filled)) > 0;) {
    filled += (size_t)got;
  }
  must(close(fd));
}

int main(void) {
  load("/proc/meminfo");
  unsigned long total = 0, available = 0;
  expect(sscanf(text, "MemTotal: %lu kB", &total) == 1);
  const char *line = strstr(text, "\nMemAvailable:");
  expect(line != NULL && sscanf(line, " MemAvailable: %lu kB", &available) == 1);
  expect(available > 0 && available <= total);
  expect(strstr(text, "\nMemFree:") != NULL && strstr(text, "\nCached:") != NULL);
  load("/proc/cpuinfo");
  expect(strstr(text, "processor\t: 0") != NULL);
  load("/proc/stat");
  expect(strncmp(text, "cpu  ", 5) == 0);
  expect(strstr(text, "\nbtime ") != NULL);
  load("/proc/uptime");
  double up = 0, idle = -1;
  expect(sscanf(text, "%lf %lf", &up, &idle) == 2 && up > 0 && idle >= 0);
  load("/proc/loadavg");
  double loads[3];
  expect(sscanf(text, "%lf %lf %lf", &loads[0], &loads[1], &loads[2]) == 3);
  load("/proc/version");
  expect(strncmp(text, "Linux version ", 14) == 0);
  load("/proc/mounts");
  expect(strstr(text, " / ") != NULL);
  expect(strstr(text, " /proc proc ") != NULL);
  load("/proc/filesystems");
  expect(strstr(text, "\tproc\n") != NULL);
  load("/proc/sys/kernel/pid_max");
  expect(atoi(text) > 300);
  load("/proc/sys/kernel/ostype");
  printf("%s", text);
  load("/proc/self/mounts");
  expect(strlen(text) > 10);
  load("/proc/self/limits");
  expect(strstr(text, "Max open files") != NULL);
  return 0;
}
