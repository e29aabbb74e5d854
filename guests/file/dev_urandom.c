// random(4): /dev/urandom and /dev/random give as many bytes as asked, different each time.
// covers: openat read
#include "guest.h"

static void try(const char *path) {
  const int fd = (int)must(open(path, O_RDONLY));
  unsigned char first[64] = {0}, second[64] = {0};
  printf("%s\n", path);
  show(read(fd, first, sizeof first));
  show(read(fd, second, sizeof second));
  expect(memcmp(first, second, sizeof first) != 0);
  int seen[256] = {0}, different = 0;
  for (size_t i = 0; i < sizeof first; i++) seen[first[i]] = 1;
  for (int i = 0; i < 256; i++) different += seen[i];
  expect(different > 30);
  static char large[100000];
  show(read(fd, large, sizeof large));
  must(close(fd));
}

int main(void) {
  try("/dev/urandom");
  try("/dev/random");
  return 0;
}
