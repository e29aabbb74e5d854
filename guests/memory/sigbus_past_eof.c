// mmap(2): touching a page wholly beyond the end of the file is SIGBUS with BUS_ADRERR and the
// address; the rest of the last page is fine; truncation takes pages away.
// covers: mmap ftruncate rt_sigaction
#include "guest.h"
#include <setjmp.h>

static sigjmp_buf back;
static siginfo_t got;

static void handler(int number, siginfo_t *info, void *context) {
  (void)number, (void)context;
  got = *info;
  siglongjmp(back, 1);
}

static void try(const char *what, volatile char *address) {
  if (sigsetjmp(back, 1) == 0) {
    const char value = *address;
    printf("%s: %d\n", what, value);
  } else {
    printf("%s: %s, ADRERR %d, address %s\n", what, signal_name(got.si_signo),
           got.si_code == BUS_ADRERR, got.si_addr == address ? "exact" : "other");
  }
}

int main(void) {
  enter_scratch();
  install_info_handler(SIGBUS, handler, 0);
  const int fd = (int)must(open("file", O_RDWR | O_CREAT, 0644));
  must(write(fd, "1234567890", 10));
  char *private = mmap(NULL, 4 * kPage, PROT_READ, MAP_PRIVATE, fd, 0);
  char *shared = mmap(NULL, 4 * kPage, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  must((long)private);
  must((long)shared);
  try("inside", private + 9);
  try("same page", private + 4000);
  try("next page", private + kPage);
  try("next page, odd address", private + kPage + 1234);
  try("last page, shared", shared + 3 * kPage + 5);
  must(ftruncate(fd, 2 * kPage));
  try("next page after growing", shared + kPage);
  try("next page after growing, private", private + kPage);
  must(ftruncate(fd, 0));
  try("after truncation", shared + kPage);
  try("after truncation, first page", shared + 10);
  leave_scratch();
  return 0;
}
