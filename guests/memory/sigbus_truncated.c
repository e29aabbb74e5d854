// mmap(2), truncate(2): a page of a mapped file that was cut off is SIGBUS with its address,
// private copies included; a file that grows again is there again, and reads as zeros.
// covers: mmap ftruncate
#include "guest.h"
#include <setjmp.h>

static sigjmp_buf back;
static char *address;
static int code;

static void handler(int number, siginfo_t *info, void *context) {
  (void)context;
  address = info->si_addr;
  code = info->si_code;
  siglongjmp(back, number);
}

static void touch(const char *what, volatile char *p, char *base) {
  if (sigsetjmp(back, 1) == 0)
    printf("%s: %d\n", what, *p);
  else
    printf("%s: SIGBUS code %d at %ld\n", what, code, (long)(address - base));
}

int main(void) {
  install_info_handler(SIGBUS, handler, 0);
  const int fd = (int)must(open("file", O_RDWR | O_CREAT, 0600));
  must(ftruncate(fd, 2 * kPage));
  char *shared = mmap(NULL, 4 * kPage, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char *own = mmap(NULL, 4 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  shared[kPage + 5] = 's';
  own[kPage + 5] = 'o';
  touch("shared", shared + kPage + 5, shared);
  touch("own", own + kPage + 5, own);
  touch("beyond", shared + 2 * kPage + 7, shared);
  must(ftruncate(fd, 100));
  touch("shared, cut", shared + kPage + 5, shared);
  touch("own, cut", own + kPage + 5, own);
  touch("first page", shared + 200, shared);
  must(ftruncate(fd, 3 * kPage));
  touch("shared, grown", shared + kPage + 5, shared);
  touch("own, grown", own + kPage + 5, own);
  touch("new", shared + 2 * kPage + 7, shared);
  touch("new own", own + 2 * kPage + 7, own);
  return 0;
}
