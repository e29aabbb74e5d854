// /proc/PID/clear_refs takes numbers from 1 to 5 and nothing else, map_files has a link for each
// mapping of a file (proc(5)), and the settings in /proc/sys that programs look at are numbers.
// covers: openat read write readlinkat getdents64
#include "guest.h"

static void clear(const char *text) {
  const int fd = (int)must(open("/proc/self/clear_refs", O_WRONLY));
  errno = 0;
  const ssize_t written = write(fd, text, strlen(text));
  const bool is_done = written == (ssize_t)strlen(text);
  printf("clear_refs \"%s\": %s\n", text, is_done ? "ok" : errno_name(errno));
  close(fd);
}

static void map_files(void) {
  const int fd = (int)must(open("mapped", O_RDWR | O_CREAT, 0644));
  must(ftruncate(fd, 2 * kPage));
  char *memory = mmap(NULL, 2 * kPage, PROT_READ, MAP_SHARED, fd, 0);
  char name[128], target[PATH_MAX] = "", wanted[PATH_MAX] = "";
  snprintf(name, sizeof name, "/proc/self/map_files/%lx-%lx", (unsigned long)memory,
           (unsigned long)memory + 2 * kPage);
  must((long)getcwd(wanted, sizeof wanted - sizeof "/mapped"));
  strcat(wanted, "/mapped");
  expect(readlink(name, target, sizeof target - 1) > 0);
  expect(strcmp(target, wanted) == 0);
  int found = 0;
  DIR *folder = opendir("/proc/self/map_files");
  for (struct dirent *entry; folder && (entry = readdir(folder));)
    found += strcmp(entry->d_name, strrchr(name, '/') + 1) == 0;
  expect(found == 1);
  must(munmap(memory, kPage));
  show(readlink(name, target, sizeof target - 1));
  show(readlink("/proc/self/map_files/1000-2000", target, sizeof target - 1));
}

static void setting(const char *name) {
  char path[128], text[64] = "", *end = text;
  snprintf(path, sizeof path, "/proc/sys/%s", name);
  const int fd = open(path, O_RDONLY);
  const ssize_t size = read(fd, text, sizeof text - 1);
  strtoul(text, &end, 10);
  printf("%s: %s\n", name, fd >= 0 && size > 1 && end != text && *end == '\n' ? "a number" : text);
  close(fd);
}

int main(void) {
  clear("1");
  clear("2\n");
  clear("3");
  clear("4\n");
  clear("0");
  clear("9");
  clear("x");
  map_files();
  setting("fs/inotify/max_queued_events");
  setting("fs/inotify/max_user_instances");
  setting("fs/inotify/max_user_watches");
  setting("fs/epoll/max_user_watches");
  setting("fs/file-max");
  setting("fs/pipe-user-pages-soft");
  setting("fs/protected_hardlinks");
  setting("fs/protected_symlinks");
  setting("vm/dirty_ratio");
  setting("vm/dirty_background_ratio");
  setting("vm/min_free_kbytes");
  setting("vm/overcommit_memory");
  setting("vm/page-cluster");
  setting("vm/swappiness");
  setting("vm/vfs_cache_pressure");
  return 0;
}
