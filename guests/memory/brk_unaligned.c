// brk(2): the break starts anywhere in a page; the first growth, however small, gives memory that
// is really there, zeroed, up to the end of its page, and keeps what lies below.
// covers: brk
#include "guest.h"

int main(void) {
  char *const start = move_break(0);
  expect(start != NULL);
  static const long kSteps[] = {1, 100, 4095, 4096, 1, 12345, 1 << 20, 3};
  char *end = start;
  for (size_t i = 0; i < sizeof kSteps / sizeof kSteps[0]; i++) {
    char *const grown = move_break(kSteps[i]);
    must((long)grown);
    expect(grown == end + kSteps[i]);
    size_t used = 0;
    for (char *p = end; p < grown; p++) used += *p != 0;
    printf("step %ld: bytes not zero %zu\n", kSteps[i], used);
    memset(end, (int)i + 1, (size_t)kSteps[i]);
    end = grown;
  }
  char *p = start;
  size_t wrong = 0;
  for (size_t i = 0; i < sizeof kSteps / sizeof kSteps[0]; i++) {
    for (long k = 0; k < kSteps[i]; k++) wrong += *p++ != (char)(i + 1);
  }
  printf("bytes lost: %zu\n", wrong);
  expect(move_break(0) == end);
  return 0;
}
