// fork(2): a child that never calls exec may use buffers the parent mapped, grow its heap and map
// memory of its own, as a shell does that runs a built-in command in a child.
// covers: clone mmap munmap brk write wait4
#include "guest.h"

static char *buffer;

static void child(void) {
  const size_t size = 1 << 20;
  char *own = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)own);
  memcpy(own, buffer, size);
  for (size_t i = 0; i < size; i++) {
    if (own[i] != (char)(i * 7)) _exit(1);
  }
  memset(buffer, 'c', size);
  char *heap[64];
  for (int i = 0; i < 64; i++) {
    heap[i] = malloc((size_t)1000 * (i + 1));
    memset(heap[i], i, (size_t)1000 * (i + 1));
  }
  for (int i = 0; i < 64; i++) {
    if (heap[i][1000 * i] != i) _exit(2);
    free(heap[i]);
  }
  must(munmap(own, size));
  must(munmap(buffer, size));
  printf("child is done\n");
}

int main(void) {
  const size_t size = 1 << 20;
  buffer = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)buffer);
  for (size_t i = 0; i < size; i++) buffer[i] = (char)(i * 7);
  for (int round = 0; round < 3; round++) print_status("child", in_child(child));
  size_t wrong = 0;
  for (size_t i = 0; i < size; i++) wrong += buffer[i] != (char)(i * 7);
  printf("bytes changed in the parent: %zu\n", wrong);
  return 0;
}
