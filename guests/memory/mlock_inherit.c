// mlock(2): locks are not inherited by a forked child and gone after execve; smaps tells which
// regions are locked.
// covers: mlock mlockall execve clone
#include "guest.h"
#include "locked_memory.h"

// The lines about the region at `base` that tell of locks.
static void show_region(const char *base) {
  char start[32], line[512];
  snprintf(start, sizeof start, "%08lx-", (unsigned long)base);
  FILE *smaps = fopen("/proc/self/smaps", "r");
  bool inside = false;
  while (smaps != NULL && fgets(line, sizeof line, smaps) != NULL) {
    if (strncmp(line, start, strlen(start)) == 0) inside = true;
    if (inside && strncmp(line, "Locked:", 7) == 0) fputs(line, stdout);
    if (!inside || strncmp(line, "VmFlags:", 8) != 0) continue;
    printf("VmFlags has lo: %d\n", strstr(line, " lo ") != NULL);
    break;
  }
  if (smaps != NULL) fclose(smaps);
}

int main(int argc, char **argv) {
  if (argc > 1) {
    printf("after exec: %ld\n", locked_pages());
    char *page = some_pages(1, 0);
    must((long)page);
    printf("and a new mapping: %ld\n", locked_pages());
    return 0;
  }
  char *base = some_pages(2, 0);
  must((long)base);
  must(mlockall(MCL_FUTURE | MCL_ONFAULT));
  must(munlockall());
  must(mprotect(base + kPage, kPage, PROT_READ));
  must(mlock(base, kPage));
  show_region(base);
  show_region(base + kPage);
  show(locked_pages());
  must(mlockall(MCL_FUTURE | MCL_ONFAULT));
  const pid_t pid = must(fork());
  if (pid == 0) {
    show(locked_pages());
    must((long)some_pages(2, 0));
    show(locked_pages());
    _exit(0);
  }
  print_status("child", wait_for(pid));
  expect(locked_pages() > 0);
  char *const arguments[] = {argv[0], "again", NULL};
  must(execve("/proc/self/exe", arguments, NULL));
  return 1;
}
