// mlock(2), RLIMIT_MEMLOCK: what is locked already does not count twice, beyond the limit mlock is
// ENOMEM, MAP_LOCKED and mremap of a locked region EAGAIN; a limit of 0 is EPERM; VmLck tells.
// covers: mlock mlock2 munlock mlockall munlockall mmap mremap munmap mprotect setrlimit
#include "guest.h"
#include "locked_memory.h"
#include "unprivileged.h"

static void locks(void) {
  become_unprivileged();
  limit_locks(4);
  char *base = some_pages(16, 0);
  must((long)base);
  show(locked_pages());
  show(mlock(base, 3 * kPage));
  show(mlock(base, 3 * kPage));
  show(locked_pages());
  show(mlock(base + kPage, 3 * kPage));
  show(locked_pages());
  show(mlock(base + 8 * kPage, kPage));
  show(mlock(base, 5 * kPage));
  show(syscall(SYS_mlock2, base + 8 * kPage, (long)kPage, 1));
  show_ok((long)some_pages(1, MAP_LOCKED));
  show(munlock(base + kPage, 2 * kPage));
  show(locked_pages());
  show(mprotect(base, kPage, PROT_READ));
  show(locked_pages());
  char *locked = some_pages(2, MAP_LOCKED);
  show_ok((long)locked);
  show(locked_pages());
  show_ok((long)some_pages(1, MAP_LOCKED));
  show_ok((long)mremap(locked, 2 * kPage, 3 * kPage, MREMAP_MAYMOVE));
  show(munlock(base, 16 * kPage));
  locked = mremap(locked, 2 * kPage, 4 * kPage, MREMAP_MAYMOVE);
  show_ok((long)locked);
  show(locked_pages());
  show_ok((long)mremap(locked, 4 * kPage, kPage, 0));
  show(locked_pages());
  show(mlockall(MCL_CURRENT));
  show(munlock(base + 16 * kPage - 10, 10));
  show(munmap(locked, kPage));
  show(locked_pages());
}

static void nothing_allowed(void) {
  become_unprivileged();
  limit_locks(0);
  char *base = some_pages(2, 0);
  show(mlock(base, kPage));
  show(mlock(base, 0));
  show(syscall(SYS_mlock2, base, (long)kPage, 1));
  show(syscall(SYS_mlock2, base, (long)kPage, 2));
  show(mlockall(MCL_FUTURE));
  show(mlockall(0));
  // Some libc have an errno of their own for this.
  show_ok(syscall(SYS_mmap, NULL, (long)kPage, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED,
                  -1, 0L));
  show(munlock(base, kPage));
  show(munlockall());
}

// Up to a hole regions are locked, and pages that cannot be touched count as locked, too.
static void holes(void) {
  char *base = some_pages(6, 0);
  must(munmap(base + 2 * kPage, kPage));
  show(mlock(base, 4 * kPage));
  show(locked_pages());
  show(munlock(base, 4 * kPage));
  show(locked_pages());
  must(mprotect(base + 4 * kPage, kPage, PROT_NONE));
  show(mlock(base + 3 * kPage, 3 * kPage));
  show(locked_pages());
  show(munlockall());
  show(locked_pages());
  show(mlock(base, (size_t)-1 - kPage));
  show(mlock(base, 0));
}

int main(void) {
  print_status("limited", in_child(locks));
  print_status("nothing allowed", in_child(nothing_allowed));
  holes();
  return 0;
}
