// personality(2): with READ_IMPLIES_EXEC readable mappings are executable, by mmap and mprotect;
// execve takes that flag away and keeps ADDR_NO_RANDOMIZE; fork keeps both.
// covers: personality mmap mprotect execve clone
#include "guest.h"

enum { kNoRandomize = 0x0040000, kReadImpliesExec = 0x0400000 };

static long current(void) { return syscall(SYS_personality, 0xffffffffL); }

// "r-xp" of the region that begins at `base`.
static void show_rights(const char *what, const char *base) {
  char start[32], line[512];
  snprintf(start, sizeof start, "%08lx-", (unsigned long)base);
  FILE *maps = fopen("/proc/self/maps", "r");
  while (maps != NULL && fgets(line, sizeof line, maps) != NULL)
    if (strncmp(line, start, strlen(start)) == 0) printf("%s: %.4s\n", what, strchr(line, ' ') + 1);
  if (maps != NULL) fclose(maps);
}

static char *map(int protection) {
  char *base = mmap(NULL, 3 * kPage, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)base);
  // Neighbours must not merge with it.
  must(mprotect(base, kPage, PROT_NONE));
  must(mprotect(base + 2 * kPage, kPage, PROT_NONE));
  return base + kPage;
}

static void child(void) { printf("child: %#lx\n", current()); }

int main(int argc, char **argv) {
  if (argc > 1) {
    printf("after exec: %#lx\n", current());
    return 0;
  }
  show_rights("readable before", map(PROT_READ));
  must(syscall(SYS_personality, kNoRandomize | kReadImpliesExec));
  printf("%#lx\n", current());
  show_rights("readable", map(PROT_READ));
  show_rights("readable and writable", map(PROT_READ | PROT_WRITE));
  show_rights("writable", map(PROT_WRITE));
  char *changed = map(PROT_WRITE);
  must(mprotect(changed, kPage, PROT_READ));
  show_rights("made readable", changed);
  print_status("child", in_child(child));
  char *const arguments[] = {argv[0], (char *)"again", NULL};
  must(execve("/proc/self/exe", arguments, NULL));
  return 1;
}
