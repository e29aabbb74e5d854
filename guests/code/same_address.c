// mmap(2), munmap(2), mremap(2), madvise(2): other code at an address where code has run: unmapped
// and mapped anew (V8's code collection, in chunks of many pages), replaced by MAP_FIXED, moved
// away and moved there, discarded, reserved again, read from a file, and a private file mapping
// over a file that changes.
// covers: mmap munmap mremap madvise mprotect pread64 pwrite64
#include "guest.h"
#include "machine_code.h"

enum { kPages = 8, kSize = kPages * kPage, kRounds = 60 };

static char *memory;

static void fill(char *at, int value) {
  for (int page = 0; page < kPages; page++) emit_return(at + page * kPage + 40, value + page);
}

// How many of the functions in all pages are the ones that `fill` made.
static int call_all(char *at, int value) {
  int right = 0;
  publish(at, kSize);
  for (int page = 0; page < kPages; page++)
    right += call_code(at + page * kPage + 40) == value + page;
  return right;
}

static void map_again(int flags) {
  must((long)mmap(memory, kSize, kAllAccess, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | flags, -1,
                  0));
}

static void mapped_anew(void) {
  int right = 0;
  for (int i = 0; i < kRounds; i++) {
    must(munmap(memory, kSize));
    map_again(i % 2 ? MAP_POPULATE : 0);
    fill(memory, i);
    right += call_all(memory, i);
  }
  printf("munmap and mmap: %d\n", right);
  right = 0;
  for (int i = 0; i < kRounds; i++) {
    map_again(0);
    fill(memory, i + 100);
    must(mprotect(memory, kSize, kReadExecute));
    right += call_all(memory, i + 100);
  }
  printf("MAP_FIXED: %d\n", right);
}

// Chunks of code of which one is freed, another takes its place, and jumps between them stay.
static void chunks(void) {
  int right = 0;
  char *const caller = code_pages(1, kAllAccess);
  emit_far_jump(caller, memory + 3 * kPage + 40);
  publish(caller, kFarJumpSize);
  for (int i = 0; i < kRounds; i++) {
    char *const chunk = memory + 2 * kPage;
    must(mprotect(chunk, 2 * kPage, PROT_NONE));
    must(madvise(chunk, 2 * kPage, MADV_DONTNEED));
    must(mprotect(chunk, 2 * kPage, kAllAccess));
    emit_return(chunk + kPage + 40, i);
    publish(chunk + kPage, 64);
    right += call_code(caller) == i;
  }
  printf("chunk freed and used again: %d\n", right);
  must(munmap(caller, kPage));
}

static void moved(void) {
  char *const other = code_pages(kPages, kAllAccess);
  int right = 0;
  for (int i = 0; i < kRounds; i++) {
    map_again(0);
    fill(memory, i);
    right += call_all(memory, i);
    // There, with the old place mapped anew, and back over what is there.
    must((long)mremap(memory, kSize, kSize, MREMAP_MAYMOVE | MREMAP_FIXED, other));
    map_again(0);
    fill(memory, i + 300);
    right += call_all(other, i) + call_all(memory, i + 300);
    must((long)mremap(other, kSize, kSize, MREMAP_MAYMOVE | MREMAP_FIXED, memory));
    right += call_all(memory, i);
  }
  printf("moved: %d\n", right);
}

static void from_file(int fd) {
  char page[kPage];
  int right = 0;
  map_again(0);
  for (int i = 0; i < kRounds; i++) {
    emit_return(page + 40, i);
    must(pwrite(fd, page, sizeof page, 0));
    must(pread(fd, memory + i % kPages * kPage, sizeof page, 0));
    publish(memory + i % kPages * kPage, kPage);
    right += call_code(memory + i % kPages * kPage + 40) == i;
  }
  printf("read into memory: %d\n", right);

  right = 0;
  for (int i = 0; i < kRounds; i++) {
    emit_return(page + 40, i + 200);
    must(pwrite(fd, page, sizeof page, 0));
    char *const code = mmap(NULL, kPage, kAllAccess, MAP_PRIVATE, fd, 0);
    must((long)code);
    publish(code, kPage);
    right += call_code(code + 40) == i + 200;
    emit_return(code + 40, i + 300);
    publish(code, kPage);
    right += call_code(code + 40) == i + 300;
    // What is private by now does not change with the file.
    emit_return(page + 40, i + 400);
    must(pwrite(fd, page, sizeof page, 0));
    right += call_code(code + 40) == i + 300;
    must(madvise(code, kPage, MADV_DONTNEED));
    publish(code, kPage);
    right += call_code(code + 40) == i + 400;
    must(munmap(code, kPage));
  }
  printf("private mapping of a file: %d\n", right);

  right = 0;
  char *const mapped = mmap(NULL, kPage, kReadExecute, MAP_SHARED, fd, 0);
  must((long)mapped);
  for (int i = 0; i < kRounds; i++) {
    emit_return(page + 40, i + 500);
    must(pwrite(fd, page, sizeof page, 0));
    publish(mapped, kPage);
    right += call_code(mapped + 40) == i + 500;
  }
  printf("mapped file that is written: %d\n", right);
}

int main(void) {
  memory = code_pages(kPages, kAllAccess);
  mapped_anew();
  map_again(0);
  chunks();
  moved();
  enter_scratch();
  from_file((int)must(open("code", O_RDWR | O_CREAT | O_TRUNC, 0600)));
  leave_scratch();
  return 0;
}
