// proc(5), /proc/self/smaps and smaps_rollup: the mappings of maps, with what of them is in memory.
// covers: openat read mmap mprotect
#include "guest.h"

static char maps[1 << 17], smaps[1 << 19], rollup[1 << 12];

// Without stdio, whose buffers would be mappings too.
static void load(const char *path, char *text, size_t size) {
  const int fd = (int)must(open(path, O_RDONLY));
  size_t filled = 0;
  for (long got; (got = must(read(fd, text + filled, size - 1 - filled))) > 0;) {
    filled += (size_t)got;
  }
  text[filled] = 0;
  must(close(fd));
}

// The number in the row `name` of a mapping's rows, or -1.
static long row(const char *rows, const char *name) {
  const size_t length = strlen(name);
  for (const char *line = rows; line != NULL; line = strchr(line, '\n')) {
    line += *line == '\n';
    if (line != rows && strncmp(line, name, length) == 0) return atol(line + length);
    if (line != rows && *line >= '0' && *line <= '9') return -1;
    if (line != rows && *line >= 'a' && *line <= 'f') return -1;
  }
  return -1;
}

static const char *find(const void *address) {
  for (const char *line = smaps; *line != 0; line = strchr(line, '\n') + 1) {
    unsigned long start, end;
    char blank;
    if (sscanf(line, "%lx-%lx%c", &start, &end, &blank) != 3) continue;
    if ((uintptr_t)address >= start && (uintptr_t)address < end) return line;
  }
  return "\n";
}

static void compare_with_maps(void) {
  load("/proc/self/maps", maps, sizeof maps);
  load("/proc/self/smaps", smaps, sizeof smaps);
  load("/proc/self/smaps_rollup", rollup, sizeof rollup);
  const char *other = smaps;
  int differ = 0, bad = 0;
  long resident = 0;
  for (const char *line = maps; *line != 0; line = strchr(line, '\n') + 1) {
    const size_t length = strcspn(line, "\n");
    unsigned long start = 0, end = 0;
    sscanf(line, "%lx-%lx", &start, &end);
    other = strstr(other, "VmFlags:") == NULL ? "" : other;
    if (strncmp(line, other, length) != 0) differ++;
    bad += row(other, "Size:") != (long)(end - start) / 1024;
    bad += row(other, "Rss:") < 0 || row(other, "Rss:") > row(other, "Size:");
    bad += row(other, "Pss:") > row(other, "Rss:");
    bad += row(other, "Shared_Clean:") + row(other, "Shared_Dirty:") +
               row(other, "Private_Clean:") + row(other, "Private_Dirty:") !=
           row(other, "Rss:");
    resident += row(other, "Rss:");
    const char *last = strstr(other, "VmFlags:");
    if (last == NULL) break;
    other = strchr(last, '\n') + 1;
  }
  expect(differ == 0);
  expect(bad == 0);
  expect(*other == 0);
  expect(strstr(rollup, " [rollup]\n") != NULL);
  // The buffers are touched between the two.
  const long summed = row(rollup, "Rss:");
  expect(summed >= resident && summed < resident + 2000);
}

int main(void) {
  load("/proc/self/smaps", smaps, sizeof smaps);
  load("/proc/self/maps", maps, sizeof maps);
  char *wall = mmap(NULL, 10 * kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)wall);
  char *pages = wall + kPage;
  must(mprotect(pages, 8 * kPage, PROT_READ | PROT_WRITE));
  for (int i = 0; i < 3; i++) pages[i * kPage] = 1;
  load("/proc/self/smaps", smaps, sizeof smaps);
  static const char *const kRows[] = {
      "Size:",         "KernelPageSize:", "MMUPageSize:",   "Rss:",       "Pss:",  "Shared_Clean:",
      "Shared_Dirty:", "Private_Clean:",  "Private_Dirty:", "Anonymous:", "Swap:", "Locked:"};
  for (size_t i = 0; i < sizeof kRows / sizeof kRows[0]; i++) {
    printf("%s %ld\n", kRows[i], row(find(pages), kRows[i]));
  }
  const char *flags = strstr(find(pages), "VmFlags:");
  printf("%.17s\n", flags);
  must(mprotect(pages, 8 * kPage, PROT_READ));
  must(madvise(pages, kPage, MADV_DONTNEED));
  load("/proc/self/smaps", smaps, sizeof smaps);
  printf("after DONTNEED: %ld\n", row(find(pages), "Rss:"));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    load("/proc/self/smaps", smaps, sizeof smaps);
    printf("in the child: Rss %ld Pss %ld shared %ld\n", row(find(pages), "Rss:"),
           row(find(pages), "Pss:"), row(find(pages), "Shared_Dirty:"));
    _exit(0);
  }
  print_status("child", wait_for(pid));
  compare_with_maps();
  return 0;
}
