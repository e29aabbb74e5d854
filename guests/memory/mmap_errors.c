// mmap(2), munmap(2), errors: EINVAL for length 0, odd offsets and missing flags, EBADF, EACCES for
// what the descriptor was not opened for, ENODEV for what cannot be mapped, ENOMEM for too much.
// covers: mmap munmap
#include "guest.h"

int main(void) {
  enter_scratch();
  write_file("file", "some text", 0644);
  const int readable = (int)must(open("file", O_RDONLY));
  const int writable = (int)must(open("file", O_WRONLY));
  const int path_only = (int)must(open("file", O_PATH));
  const int directory = (int)must(open(".", O_RDONLY));
  int channel[2];
  must(pipe(channel));
  const int both = PROT_READ | PROT_WRITE;
  show_ok(mmap(NULL, 0, both, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  show_ok(mmap(NULL, 0, PROT_READ, MAP_PRIVATE, readable, 0));
  show_ok(mmap(NULL, kPage, PROT_READ, MAP_PRIVATE, -1, 0));
  show_ok(mmap(NULL, kPage, PROT_READ, MAP_PRIVATE, 9999, 0));
  show_ok(syscall(SYS_mmap, NULL, kPage, PROT_READ, MAP_PRIVATE, readable, 100L));
  show_ok(syscall(SYS_mmap, NULL, kPage, PROT_READ, MAP_PRIVATE, readable, 4095L));
  show_ok(mmap(NULL, kPage, PROT_READ, 0, readable, 0));
  show_ok(mmap(NULL, kPage, both, MAP_ANONYMOUS, -1, 0));
  show_ok(mmap(NULL, kPage, both, MAP_SHARED, readable, 0));
  show_ok(mmap(NULL, kPage, both, MAP_PRIVATE, readable, 0));
  show_ok(mmap(NULL, kPage, PROT_READ, MAP_PRIVATE, writable, 0));
  show_ok(mmap(NULL, kPage, PROT_WRITE, MAP_SHARED, writable, 0));
  show_ok(mmap(NULL, kPage, PROT_READ, MAP_PRIVATE, path_only, 0));
  show_ok(mmap(NULL, kPage, PROT_READ, MAP_PRIVATE, directory, 0));
  show_ok(mmap(NULL, kPage, PROT_READ, MAP_PRIVATE, channel[0], 0));
  show_ok(mmap(NULL, kPage, PROT_READ, MAP_PRIVATE, readable, 1L << 40));
  show_ok(syscall(SYS_mmap, NULL, 1L << 60, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L));
  show_ok(syscall(SYS_mmap, NULL, -1L, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L));
  show_ok(syscall(SYS_mmap, NULL, 2L * kPage, PROT_READ, MAP_PRIVATE, readable, -4096L));
  show_ok(
      syscall(SYS_mmap, 1L << 60, kPage, both, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0L));
  char *page = mmap(NULL, kPage, both, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  show(munmap(page, 0));
  show(munmap(page + 1, kPage));
  show(syscall(SYS_munmap, page, -1L));
  show(munmap(page, kPage));
  show(munmap(page, kPage));
  leave_scratch();
  return 0;
}
