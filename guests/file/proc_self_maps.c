// proc(5), /proc/self/maps: the regions in order and without overlap, with protection and name; the
// program, the heap, the stack and one's own mappings are among them.
// covers: openat read mmap mprotect munmap
#include "guest.h"

static char constant_data[] = "writable data";
static char text[1 << 16];

// Without stdio, whose buffers would be mappings too.
static void load_maps(void) {
  const int fd = (int)must(open("/proc/self/maps", O_RDONLY));
  size_t filled = 0;
  for (long got; (got = must(read(fd, text + filled, sizeof text - 1 - filled))) > 0;) {
    filled += (size_t)got;
  }
  text[filled] = 0;
  must(close(fd));
}

static void check_lines(void) {
  load_maps();
  unsigned long last = 0;
  int bad = 0, count = 0;
  for (const char *line = text; *line != 0; line = strchr(line, '\n') + 1, count++) {
    unsigned long start = 0, end = 0;
    bad += sscanf(line, "%lx-%lx ", &start, &end) != 2 || start < last || end <= start ||
           start % kPage != 0 || end % kPage != 0;
    last = end;
  }
  printf("bad lines: %d\n", bad);
  expect(count >= 4);
}

// Prints the protection and name of the region that holds `address`.
static void find(const char *what, const void *address) {
  static char name[PATH_MAX], program[PATH_MAX];
  must(readlink("/proc/self/exe", program, sizeof program - 1));
  load_maps();
  for (const char *line = text; *line != 0; line = strchr(line, '\n') + 1) {
    unsigned long start, end;
    char protection[8], rest[PATH_MAX + 100];
    snprintf(rest, sizeof rest, "%.*s", (int)strcspn(line, "\n"), line);
    name[0] = 0;
    sscanf(rest, "%lx-%lx %7s %*s %*s %*s %4000[^\n]", &start, &end, protection, name);
    if ((uintptr_t)address < start || (uintptr_t)address >= end) continue;
    printf("%s: %s %s\n", what, protection,
           strcmp(name, program) == 0 ? "the program"
           : name[0] == '['           ? name
           : name[0] == 0             ? "no name"
                                      : strrchr(name, '/'));
    return;
  }
  printf("%s: not mapped\n", what);
}

int main(void) {
  enter_scratch();
  check_lines();
  const int both = PROT_READ | PROT_WRITE;
  char *heap = move_break(kPage) - 1, local;
  char *shared = mmap(NULL, 3 * kPage, both, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  char *wall = mmap(NULL, 3 * kPage, both, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)shared);
  must((long)wall);
  must(mprotect(wall + kPage, kPage, PROT_NONE));
  write_file("file", "x", 0644);
  char *file = mmap(NULL, kPage, PROT_READ, MAP_PRIVATE, (int)must(open("file", O_RDONLY)), 0);
  must((long)file);
  check_lines();
  find("code", (const void *)(uintptr_t)find);
  find("data", constant_data);
  find("heap", heap);
  find("stack", &local);
  find("shared", shared + kPage);
  find("PROT_NONE", wall + kPage);
  find("beside it", wall + 2 * kPage);
  find("file", file);
  must(munmap(file, kPage));
  find("file after munmap", file);
  leave_scratch();
  return 0;
}
