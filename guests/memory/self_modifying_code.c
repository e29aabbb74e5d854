// mmap(2), PROT_EXEC: code that is written, run, rewritten and run again does the new thing each
// time: in place, through another mapping of the page, after munmap and mmap, and in a child.
// covers: mmap mprotect munmap memfd_create clone
#include "guest.h"

typedef int (*function)(void);

static char *code;

// Writes "return value" at `place`.
static void write_function(char *place, int value) {
#if defined(__aarch64__)
  const uint32_t words[] = {0x52800000u | (uint32_t)value << 5, 0xd65f03c0u};
  memcpy(place, words, sizeof words);
#else
  const uint8_t bytes[] = {0xb8, (uint8_t)value, (uint8_t)(value >> 8), 0, 0, 0xc3};
  memcpy(place, bytes, sizeof bytes);
#endif
}

static int call(char *place) { return ((function)(uintptr_t)place)(); }

static void flush(char *place) { __builtin___clear_cache(place, place + 64); }

static void child(void) {
  write_function(code, 7777);
  flush(code);
  printf("child: %d\n", call(code));
}

int main(void) {
  const int all = PROT_READ | PROT_WRITE | PROT_EXEC;
  code = mmap(NULL, kPage, all, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)code);
  int right = 0;
  for (int i = 0; i < 1000; i++) {
    write_function(code, i);
    flush(code);
    right += call(code) == i;
  }
  printf("in place: %d\n", right);
  print_status("child", in_child(child));
  printf("parent: %d\n", call(code));

  right = 0;
  for (int i = 0; i < 100; i++) {
    must(mprotect(code, kPage, PROT_READ | PROT_WRITE));
    write_function(code, i + 1);
    must(mprotect(code, kPage, PROT_READ | PROT_EXEC));
    flush(code);
    right += call(code) == i + 1;
  }
  printf("with mprotect: %d\n", right);

  right = 0;
  for (int i = 0; i < 100; i++) {
    must(munmap(code, kPage));
    must((long)mmap(code, kPage, all, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
    write_function(code, i + 2);
    flush(code);
    right += call(code) == i + 2;
  }
  printf("mapped anew: %d\n", right);

  const int fd = (int)must(memfd_create("code", 0));
  must(ftruncate(fd, kPage));
  char *writable = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char *executable = mmap(NULL, kPage, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
  must((long)writable);
  must((long)executable);
  right = 0;
  for (int i = 0; i < 100; i++) {
    write_function(writable, i + 3);
    flush(writable);
    flush(executable);
    right += call(executable) == i + 3;
  }
  printf("through another mapping: %d\n", right);
  right = 0;
  for (int i = 0; i < 100; i++) {
    char text[64];
    write_function(text, i + 4);
    must(pwrite(fd, text, 16, 0));
    flush(executable);
    right += call(executable) == i + 4;
  }
  printf("by pwrite: %d\n", right);
  return 0;
}
