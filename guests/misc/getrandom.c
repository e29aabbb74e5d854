// getrandom(2): as many bytes as asked, up to 256 always whole, different each time; unknown flags
// are EINVAL.
// covers: getrandom
#include "guest.h"
#include <sys/random.h>

int main(void) {
  unsigned char first[256] = {0}, second[256] = {0};
  show(getrandom(first, sizeof first, 0));
  show(getrandom(second, sizeof second, GRND_NONBLOCK));
  expect(memcmp(first, second, sizeof first) != 0);
  int seen[256] = {0}, different = 0;
  for (int i = 0; i < 256; i++) seen[first[i]] = 1;
  for (int i = 0; i < 256; i++) different += seen[i];
  expect(different > 100);
  static unsigned char large[1 << 20];
  show(getrandom(large, sizeof large, 0));
  show(getrandom(first, 16, GRND_RANDOM));
  show(getrandom(first, 0, 0));
  show(getrandom(first, 16, 0x100));
  show(syscall(SYS_getrandom, 16L, 8L, 0));
  return 0;
}
