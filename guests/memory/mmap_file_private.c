// mmap(2), MAP_PRIVATE of a file: read-only mappings have the contents, the tail of the last page
// is zero, writes stay private, offsets and closed descriptors work, and the child of a fork has
// its own.
// covers: mmap munmap openat close clone
#include "guest.h"

enum { kSize = 2 * kPage + 100 };

static char *writable;

static void child(void) {
  printf("child sees %c%c\n", writable[0], writable[kPage]);
  writable[0] = 'C';
}

int main(void) {
  enter_scratch();
  static char contents[kSize];
  for (int i = 0; i < kSize; i++) contents[i] = (char)('a' + i % 23);
  int fd = (int)must(open("file", O_RDWR | O_CREAT, 0644));
  must(write(fd, contents, kSize));
  must(close(fd));
  fd = (int)must(open("file", O_RDONLY));
  char *readable = mmap(NULL, kSize, PROT_READ, MAP_PRIVATE, fd, 0);
  writable = mmap(NULL, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  char *second = mmap(NULL, kPage + 100, PROT_READ, MAP_PRIVATE, fd, kPage);
  must((long)readable);
  must((long)writable);
  must((long)second);
  must(close(fd));
  expect(memcmp(readable, contents, kSize) == 0);
  expect(memcmp(second, contents + kPage, kPage + 100) == 0);
  int tail = 0;
  for (int i = kSize; i < 3 * kPage; i++) tail += readable[i] != 0;
  printf("tail bytes not zero: %d\n", tail);
  expect(memcmp(writable, contents, kSize) == 0);
  writable[0] = 'W';
  print_status("child", in_child(child));
  printf("parent sees %c, the other mapping %c\n", writable[0], readable[0]);
  fd = (int)must(open("file", O_RDONLY));
  char first;
  must(read(fd, &first, 1));
  printf("the file has %c\n", first);
  must(unlink("file"));
  expect(memcmp(readable, contents, kSize) == 0);
  must(munmap(readable, kSize));
  expect(memcmp(second, contents + kPage, kPage + 100) == 0);
  leave_scratch();
  return 0;
}
