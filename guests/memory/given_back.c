// madvise(2), munmap(2), mremap(2), brk(2), ftruncate(2), fallocate(2), mmap(2): memory that is
// given back counts no longer as resident (statm and smaps of proc(5), mincore(2)), and comes back
// as zeros. Reservations of 100 GiB, and 64 of 4 GiB, count for nothing until they are touched, and
// fork, mprotect and munmap of them are quick.
// covers: madvise munmap mremap brk ftruncate fallocate mincore mprotect clone
#include "guest.h"

enum { kPages = 2048, kSize = kPages * kPage };  // far more than the kernel's counters are off by

static long resident(void) {
  long size, pages;
  FILE *statm = fopen("/proc/self/statm", "r");
  if (statm == NULL || fscanf(statm, "%ld %ld", &size, &pages) != 2) return -1;
  fclose(statm);
  return pages;
}

// Of the mapping that begins at `at`, as smaps tells it, in KiB.
static long resident_of(const char *at) {
  FILE *smaps = fopen("/proc/self/smaps", "r");
  char line[512];
  long result = -1;
  bool here = false;
  while (smaps != NULL && fgets(line, sizeof line, smaps) != NULL) {
    unsigned long start, end;
    if (sscanf(line, "%lx-%lx ", &start, &end) == 2) here = start == (unsigned long)at;
    if (here && sscanf(line, "Rss: %ld kB", &result) == 1) break;
  }
  if (smaps != NULL) fclose(smaps);
  return result;
}

static char *map(size_t size, int protection, int flags) {
  char *at = mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
  must((long)at);
  madvise(at, size, MADV_NOHUGEPAGE);  // a kernel without huge pages refuses, which is as good
  return at;
}

static void touch(char *at, size_t size) {
  for (size_t i = 0; i < size; i += kPage) at[i] = 7;
}

static int in_core(char *at, size_t size) {
  static unsigned char vector[kPages];
  must(mincore(at, size, vector));
  int count = 0;
  for (size_t i = 0; i < size / kPage; i++) count += vector[i] & 1;
  return count;
}

static long before;

static void begin(void) { before = resident(); }

// Most of the memory came, or has gone.
static void show_resident(const char *what) {
  const long more = resident() - before;
  printf("%s: %s\n", what, more > kPages * 3 / 4 ? "all" : more < kPages / 4 ? "nothing" : "some");
}

static void advised(void) {
  // Below a fence, so that a buffer of the C library's does not become part of the mapping.
  char *const at = map(kPage + kSize, PROT_READ | PROT_WRITE, 0) + kPage;
  must(mprotect(at - kPage, kPage, PROT_NONE));
  begin();
  touch(at, kSize);
  show_resident("touched");
  printf("%d in core, %ld KiB\n", in_core(at, kSize), resident_of(at));
  must(madvise(at + kSize / 4, kSize / 2, MADV_DONTNEED));
  printf("%d in core, %ld KiB\n", in_core(at, kSize), resident_of(at));
  must(madvise(at, kSize, MADV_DONTNEED));
  show_resident("MADV_DONTNEED");
  expect(at[0] == 0 && at[kSize / 2] == 0 && at[kSize - 1] == 0);
  touch(at, kSize);
  show_resident("touched again");
  char *const smaller = mremap(at, kSize, kPage, 0);
  expect(smaller == at);
  show_resident("mremap to a page");
  must(munmap(at, kPage));
  char *const other = map(kSize, PROT_READ | PROT_WRITE, 0);
  touch(other, kSize);
  must((long)mmap(other, kSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
  show_resident("mapped over");
  must(munmap(other, kSize));
}

static void by_break(void) {
  begin();
  char *const start = move_break(0);
  must((long)move_break(kSize));
  touch(start, kSize);
  show_resident("break grown");
  must((long)move_break(-kSize));
  show_resident("break shrunk");
}

static void by_file(void) {
  const int fd = (int)must(memfd_create("given back", 0));
  must(ftruncate(fd, kSize));
  begin();
  char *const at = mmap(NULL, kSize, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  must((long)at);
  touch(at, kSize);
  struct stat about;
  must(fstat(fd, &about));
  printf("memfd: %ld blocks\n", (long)about.st_blocks);
  must(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, kSize / 2));
  must(fstat(fd, &about));
  printf("half a hole: %ld blocks, %d in core\n", (long)about.st_blocks, in_core(at, kSize));
  must(madvise(at, kSize * 3 / 4, MADV_REMOVE));
  must(fstat(fd, &about));
  printf("MADV_REMOVE: %ld blocks\n", (long)about.st_blocks);
  must(ftruncate(fd, 0));
  must(fstat(fd, &about));
  printf("cut off: %ld blocks\n", (long)about.st_blocks);
  show_resident("cut off");
  must(munmap(at, kSize));
  must(close(fd));
}

static char *reserved;

static void in_reservation(void) {
  must(mprotect(reserved + (70L << 30), kSize, PROT_READ | PROT_WRITE));
  touch(reserved + (70L << 30), kSize);
}

static void reservations(void) {
  enum { kOthers = 64 };
  const size_t size = 100UL << 30, other_size = 4UL << 30;
  char *others[kOthers];
  begin();
  reserved = map(size, PROT_NONE, MAP_NORESERVE);
  for (int i = 0; i < kOthers; i++)
    others[i] = map(other_size, PROT_READ | PROT_WRITE, MAP_NORESERVE);
  for (int i = 0; i < 50; i++) {
    must(mprotect(reserved, size, i % 2 ? PROT_NONE : PROT_READ | PROT_EXEC));
    must(madvise(others[i], other_size, MADV_DONTNEED));
  }
  show_resident("reserved");
  print_status("child", in_child(in_reservation));
  show_resident("after the child");
  in_reservation();
  show_resident("a part is used");
  for (int i = 0; i < kOthers; i++) others[i][other_size - 1] = 1;
  print_status("child", in_child(in_reservation));
  must(munmap(reserved, size));
  for (int i = 0; i < kOthers; i++) must(munmap(others[i], other_size));
  show_resident("unmapped");
}

int main(void) {
  advised();
  by_break();
  by_file();
  reservations();
  return 0;
}
