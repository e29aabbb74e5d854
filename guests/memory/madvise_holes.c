// madvise(2) over holes: ENOMEM, after the mapped parts were served; unknown advice is EINVAL even
// for nothing.
// covers: madvise
#include "guest.h"

static char *with_hole(void) {
  char *base = mmap(NULL, 3 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)base);
  memset(base, 'x', 3 * kPage);
  must(munmap(base + kPage, kPage));
  return base;
}

static void child_reads(char *base) { _exit(base[0] + base[2 * kPage]); }

int main(void) {
  char *base = with_hole();
  show(madvise(base, 3 * kPage, MADV_WILLNEED));
  show(madvise(base, 3 * kPage, MADV_SEQUENTIAL));
  show(madvise(base, 3 * kPage, MADV_FREE));
  show(madvise(base, 3 * kPage, 20));
  show(madvise(base, 3 * kPage, 21));
  show(madvise(base, 3 * kPage, MADV_DONTDUMP));
  show(madvise(base, 3 * kPage, MADV_DONTNEED));
  printf("%d %d\n", base[0], base[2 * kPage]);
  base = with_hole();
  show(madvise(base, 3 * kPage, MADV_WIPEONFORK));
  const pid_t pid = must(fork());
  if (pid == 0) child_reads(base);
  print_status("wiped child", wait_for(pid));
  show(madvise(base, 0, 12345));
  show(madvise(base, kPage, 7));
  show(madvise(base, (size_t)-1, MADV_DONTNEED));
  show(madvise(base, (size_t)-kPage, MADV_DONTNEED));
  // A wish about forks that some region cannot have stops there.
  char *both = with_hole();
  char *shared = mmap(both + kPage, kPage, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  must((long)shared);
  both[0] = both[2 * kPage] = 1;
  show(madvise(both, 3 * kPage, MADV_WIPEONFORK));
  const pid_t other = must(fork());
  if (other == 0) _exit(both[0] * 2 + both[2 * kPage]);
  print_status("half wiped child", wait_for(other));
  return 0;
}
