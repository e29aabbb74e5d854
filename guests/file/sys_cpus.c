// sysfs(5): /sys names the CPUs that sysconf(3) counts.
// covers: openat read getdents64
#include "guest.h"

static char text[1000];

static void load(const char *path) {
  memset(text, 0, sizeof text);
  const int fd = open(path, O_RDONLY);
  printf("%s: %s\n", path, fd == -1 ? errno_name(errno) : "open");
  if (fd == -1) return;
  must(read(fd, text, sizeof text - 1));
  must(close(fd));
}

// How many numbers a list such as "0-3,5" has.
static long listed(void) {
  long count = 0;
  for (char *p = text; *p != 0 && *p != '\n';) {
    const long first = strtol(p, &p, 10);
    const long last = *p == '-' ? strtol(p + 1, &p, 10) : first;
    count += last - first + 1;
    p += *p == ',';
  }
  return count;
}

int main(void) {
  load("/sys/devices/system/cpu/online");
  expect(listed() == sysconf(_SC_NPROCESSORS_ONLN));
  load("/sys/devices/system/cpu/possible");
  const long possible = listed();
  expect(possible >= sysconf(_SC_NPROCESSORS_ONLN));
  load("/sys/devices/system/cpu/present");
  expect(listed() >= 1 && listed() <= possible);
  load("/sys/devices/system/cpu/kernel_max");
  expect(atol(text) + 1 >= possible);
  load("/sys/devices/system/cpu/cpu0/topology/core_id");
  expect(atol(text) >= 0);
  load("/sys/devices/system/cpu/cpu0/topology/thread_siblings_list");
  expect(listed() >= 1);
  load("/sys/class/net/lo/mtu");
  expect(atol(text) >= 1280);
  load("/sys/class/net/lo/nothing");
  struct stat about;
  must(stat("/sys/devices/system/cpu/online", &about));
  printf("%o, own of root: %d\n", about.st_mode, about.st_uid == 0);
  must(stat("/sys/fs/cgroup", &about));
  printf("a directory: %d\n", S_ISDIR(about.st_mode));
  DIR *directory = opendir("/sys/devices/system/cpu");
  long cpus = 0;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    cpus +=
        strncmp(entry->d_name, "cpu", 3) == 0 && entry->d_name[3] >= '0' && entry->d_name[3] <= '9';
  }
  closedir(directory);
  expect(cpus == sysconf(_SC_NPROCESSORS_CONF));
  return 0;
}
