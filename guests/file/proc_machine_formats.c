// proc(5): the shapes of the files about the machine, and that they agree with what calls tell.
// covers: openat read uname sysinfo
#include "guest.h"
#include <sys/utsname.h>

static char text[1 << 18];

static bool load(const char *path) {
  memset(text, 0, sizeof text);
  const int fd = open(path, O_RDONLY);
  printf("%s: %s\n", path, fd == -1 ? errno_name(errno) : "open");
  if (fd == -1) return false;
  size_t filled = 0;
  for (long got; (got = read(fd, text + filled, sizeof text - 1 - filled)) > 0;) {
    filled += (size_t)got;
  }
  must(close(fd));
  return true;
}

static int words(const char *line) {
  int count = 0;
  for (const char *p = line; *p != 0 && *p != '\n'; count++) {
    p += strspn(p, " \t");
    if (*p == 0 || *p == '\n') break;
    p += strcspn(p, " \t\n");
  }
  return count;
}

static void first_line(const char *path) {
  if (load(path)) printf("%.*s\n", (int)strcspn(text, "\n"), text);
}

static void holds_name(const char *path, const char *name) {
  load(path);
  printf("agrees: %d\n", strncmp(text, name, strlen(name)) == 0 && text[strlen(name)] == '\n');
}

static void is_number(const char *path, long least) {
  load(path);
  char *end;
  const long value = strtol(text, &end, 10);
  printf("a number: %d, enough: %d\n", end != text && *end == '\n', value >= least);
}

static void random_files(void) {
  char first[64];
  load("/proc/sys/kernel/random/uuid");
  snprintf(first, sizeof first, "%.60s", text);
  printf("%zu bytes\n", strlen(text));
  load("/proc/sys/kernel/random/uuid");
  expect(strcmp(first, text) != 0);
  load("/proc/sys/kernel/random/boot_id");
  snprintf(first, sizeof first, "%.60s", text);
  load("/proc/sys/kernel/random/boot_id");
  expect(strcmp(first, text) == 0);
}

static void own_counters(void) {
  load("/proc/self/io");
  unsigned long before[4], after[4];
  const char *const format = "rchar: %lu\nwchar: %lu\nsyscr: %lu\nsyscw: %lu\n";
  expect(sscanf(text, format, before, before + 1, before + 2, before + 3) == 4);
  enter_scratch();
  const int fd = (int)must(open("file", O_RDWR | O_CREAT, 0600));
  must(write(fd, text, 3000));
  must(pread(fd, text, 3000, 0));
  leave_scratch();
  load("/proc/self/io");
  expect(sscanf(text, format, after, after + 1, after + 2, after + 3) == 4);
  expect(after[0] >= before[0] + 3000 && after[1] >= before[1] + 3000);
  expect(after[2] > before[2] && after[3] > before[3]);
  expect(strstr(text, "\ncancelled_write_bytes: ") != NULL);
}

int main(void) {
  struct utsname names;
  must(uname(&names));
  holds_name("/proc/sys/kernel/hostname", names.nodename);
  holds_name("/proc/sys/kernel/domainname", names.domainname);
  holds_name("/proc/sys/kernel/osrelease", names.release);
  holds_name("/proc/sys/kernel/version", names.version);
  holds_name("/proc/sys/kernel/ostype", names.sysname);
  is_number("/proc/sys/kernel/threads-max", 100);
  is_number("/proc/sys/kernel/cap_last_cap", 37);
  is_number("/proc/sys/kernel/random/poolsize", 1);
  is_number("/proc/sys/kernel/random/entropy_avail", 0);
  is_number("/proc/sys/vm/max_map_count", 1);
  is_number("/proc/sys/vm/swappiness", 0);
  is_number("/proc/sys/fs/file-max", 100);
  is_number("/proc/sys/fs/pipe-max-size", kPage);
  is_number("/proc/sys/net/core/somaxconn", 1);
  random_files();
  load("/proc/loadavg");
  printf("%d words\n", words(text));
  load("/proc/uptime");
  printf("%d words\n", words(text));
  load("/proc/stat");
  printf("%d words\n", words(text));
  load("/proc/self/statm");
  printf("%d words\n", words(text));
  load("/proc/self/schedstat");
  printf("%d words\n", words(text));
  first_line("/proc/devices");
  first_line("/proc/swaps");
  load("/proc/self/uid_map");
  printf("%d words\n", words(text));
  first_line("/proc/net/unix");
  first_line("/proc/net/tcp");
  first_line("/proc/net/dev");
  first_line("/proc/net/arp");
  load("/proc/filesystems");
  expect(strstr(text, "nodev\tsysfs\n") != NULL && strstr(text, "nodev\ttmpfs\n") != NULL);
  load("/proc/self/mountstats");
  expect(strstr(text, " mounted on /proc with fstype proc\n") != NULL);
  load("/proc/nothing");
  own_counters();
  return 0;
}
