// mprotect(2): changes exactly the pages named and keeps their contents; ENOMEM where a page of the
// range is not mapped, EINVAL for an odd address, EACCES beyond the file's own permission.
// covers: mprotect mmap
#include "guest.h"
#include <setjmp.h>

enum { kPages = 8 };

static sigjmp_buf back;
static char *base;

static void on_fault(int number) {
  (void)number;
  siglongjmp(back, 1);
}

static char access_of(volatile char *address) {
  volatile char state = '-';
  if (sigsetjmp(back, 1) == 0) {
    const char value = *address;
    state = 'r';
    *address = value;
    state = 'w';
  }
  return state;
}

static void show_map(const char *when) {
  printf("%s: ", when);
  for (int i = 0; i < kPages; i++) printf("%c", access_of(base + (size_t)i * kPage + 77));
  printf("\n");
}

int main(void) {
  install_handler(SIGSEGV, on_fault, 0);
  base = mmap(NULL, kPages * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)base);
  for (int i = 0; i < kPages; i++) base[(size_t)i * kPage] = (char)(i + 1);
  show_map("all");
  show(mprotect(base + 2 * kPage, 3 * kPage, PROT_READ));
  show_map("read");
  show(mprotect(base + 3 * kPage, 1, PROT_NONE));
  show_map("none");
  show(mprotect(base + kPage, 4 * kPage, PROT_READ | PROT_WRITE));
  show_map("write");
  show(mprotect(base, kPages * kPage, PROT_READ));
  show_map("all read");
  int kept = 0;
  for (int i = 0; i < kPages; i++) kept += base[(size_t)i * kPage] == i + 1;
  show(kept);
  show(syscall(SYS_mprotect, base + 1, kPage, PROT_READ));
  show(mprotect(base, 0, PROT_READ));
  show(mprotect(base, kPage, 0x800));
  must(munmap(base + 4 * kPage, kPage));
  show(mprotect(base + 2 * kPage, 4 * kPage, PROT_READ | PROT_WRITE));
  must((long)mmap(base + 4 * kPage, kPage, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
                  0));
  show_map("up to the hole");
  enter_scratch();
  write_file("file", "x", 0644);
  const int fd = (int)must(open("file", O_RDONLY));
  char *shared = mmap(NULL, kPage, PROT_READ, MAP_SHARED, fd, 0);
  must((long)shared);
  show(mprotect(shared, kPage, PROT_READ | PROT_WRITE));
  char *private = mmap(NULL, kPage, PROT_READ, MAP_PRIVATE, fd, 0);
  must((long)private);
  show(mprotect(private, kPage, PROT_READ | PROT_WRITE));
  leave_scratch();
  return 0;
}
