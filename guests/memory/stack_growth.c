// setrlimit(2), RLIMIT_STACK: the stack grows by itself as calls go deeper, 6 MiB of it, also in a
// child, and its earlier contents stay.
// covers: clone prlimit64
#include "guest.h"

static long descend(int depth) {
  volatile char frame[4096];
  memset((void *)frame, depth & 0x7f, sizeof frame);
  long sum = depth == 0 ? 0 : descend(depth - 1);
  for (size_t i = 0; i < sizeof frame; i += 512) sum += frame[i] == (depth & 0x7f);
  return sum;
}

static void child(void) { show(descend(1500)); }

int main(void) {
  struct rlimit limit;
  must(getrlimit(RLIMIT_STACK, &limit));
  expect(limit.rlim_cur >= 8 << 20);
  show(descend(100));
  print_status("child", in_child(child));
  show(descend(1500));
  volatile char *local = __builtin_alloca(2 << 20);
  local[0] = 1;
  local[(2 << 20) - 1] = 2;
  show(local[0] + local[(2 << 20) - 1]);
  return 0;
}
