// mmap(2): an anonymous mapping is page aligned, zeroed, as long as asked, apart from every other,
// and gone after munmap.
// covers: mmap munmap
#include "guest.h"
#include <setjmp.h>

static sigjmp_buf back;

static void on_fault(int number) {
  (void)number;
  siglongjmp(back, 1);
}

static bool readable(volatile char *address) {
  if (sigsetjmp(back, 1) != 0) return false;
  (void)*address;
  return true;
}

int main(void) {
  install_handler(SIGSEGV, on_fault, 0);
  enum { kMappings = 50 };
  char *mappings[kMappings];
  for (int i = 0; i < kMappings; i++) {
    const size_t size = (size_t)(i + 1) * 1000;
    mappings[i] = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must((long)mappings[i]);
    if ((uintptr_t)mappings[i] % kPage != 0) printf("%d is not aligned\n", i);
    for (size_t k = 0; k < size; k++) {
      if (mappings[i][k] != 0) printf("%d is not zero at %zu\n", i, k);
    }
    memset(mappings[i], i + 1, size);
  }
  int intact = 0;
  for (int i = 0; i < kMappings; i++) {
    const size_t size = (size_t)(i + 1) * 1000;
    intact += mappings[i][0] == i + 1 && mappings[i][size - 1] == i + 1;
  }
  show(intact);
  int gone = 0;
  for (int i = 0; i < kMappings; i += 2) {
    must(munmap(mappings[i], (size_t)(i + 1) * 1000));
    gone += !readable(mappings[i]);
  }
  show(gone);
  int left = 0;
  for (int i = 1; i < kMappings; i += 2) left += readable(mappings[i]) && *mappings[i] == i + 1;
  show(left);
  return 0;
}
