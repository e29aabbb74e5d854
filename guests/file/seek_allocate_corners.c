// lseek(2) with SEEK_DATA and SEEK_HOLE and fallocate(2) where they are awkward: past the end,
// overflowing, on what has no contents, and with seals, on files of a disk and in memory.
// covers: lseek fallocate
#include "guest.h"
#include <linux/falloc.h>

static void seeks(const char *what, int fd) {
  printf("%s:\n", what);
  must(ftruncate(fd, 1 << 20));
  must(pwrite(fd, "x", 1, 1 << 19));
  show(lseek(fd, 0, SEEK_DATA));
  show(lseek(fd, 0, SEEK_HOLE));
  show(lseek(fd, 1 << 19, SEEK_DATA));
  expect(lseek(fd, 1 << 19, SEEK_HOLE) > 1 << 19);
  expect(lseek(fd, (1 << 20) - 1, SEEK_HOLE) == (1 << 20) - 1);
  show(lseek(fd, (1 << 20) - 1, SEEK_DATA));
  show(lseek(fd, 1 << 20, SEEK_DATA));
  show(lseek(fd, 1 << 20, SEEK_HOLE));
  show(lseek(fd, -1, SEEK_DATA));
  show(lseek(fd, -1, SEEK_HOLE));
  must(lseek(fd, 5, SEEK_SET));
  show(lseek(fd, 1 << 20, SEEK_DATA));
  show(lseek(fd, 0, SEEK_CUR));
  show(lseek(fd, -6, SEEK_CUR));
  show(lseek(fd, -(1 << 20) - 1, SEEK_END));
  show(lseek(fd, -1, SEEK_SET));
  show(lseek(fd, INT64_MAX, SEEK_CUR));
  show(lseek(fd, INT64_MAX, SEEK_END));
  show(lseek(fd, 0, 5));
  show(lseek(fd, 10, SEEK_END));
  char byte;
  show(read(fd, &byte, 1));
}

static void allocations(const char *what, int fd) {
  printf("%s:\n", what);
  struct stat about;
  must(ftruncate(fd, 0));
  show(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 8192));
  must(fstat(fd, &about));
  show(about.st_size);
  expect(about.st_blocks >= 16);
  show(fallocate(fd, 0, 4096, 100));
  must(fstat(fd, &about));
  show(about.st_size);
  show(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 10000, 5));
  must(fstat(fd, &about));
  show(about.st_size);
  show(fallocate(fd, FALLOC_FL_PUNCH_HOLE, 0, 5));
  show(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, 0, 5));
  show(fallocate(fd, 0, 0, 0));
  show(fallocate(fd, 0, 0, -1));
  show(fallocate(fd, 0, -1, 1));
  show(fallocate(fd, 0, INT64_MAX, 1));
  show(fallocate(fd, 0, INT64_MAX - 1, 10));
  show(fallocate(fd, 0x40000000, 0, 1));
}

static void others(void) {
  int channel[2];
  must(pipe(channel));
  show(fallocate(channel[1], 0, 0, 1));
  show(fallocate(channel[0], 0, 0, 1));
  show(fallocate(channel[1], 0, INT64_MAX, 1));
  show(lseek(channel[0], 0, SEEK_CUR));
  show(lseek(channel[0], 0, SEEK_HOLE));
  const int null = (int)must(open("/dev/null", O_RDWR));
  show(fallocate(null, 0, 0, 1));
  show(fallocate((int)must(open(".", O_RDONLY)), 0, 0, 1));
  show(fallocate((int)must(open("file", O_PATH)), 0, 0, 1));
  show(lseek((int)must(open("file", O_PATH)), 0, SEEK_CUR));
  show(fallocate((int)must(open("file", O_RDONLY)), FALLOC_FL_PUNCH_HOLE, 0, 1));
  show(fallocate((int)must(open("file", O_RDONLY)), FALLOC_FL_KEEP_SIZE, 0, 1));
}

static void memory_alone(int fd) {
  show(fallocate(fd, FALLOC_FL_ZERO_RANGE, 0, 4096));
  show(fallocate(fd, FALLOC_FL_COLLAPSE_RANGE, 0, 4096));
  show(fallocate(fd, FALLOC_FL_INSERT_RANGE, 0, 4096));
  show(fallocate(fd, FALLOC_FL_UNSHARE_RANGE, 0, 4096));
}

static void seals(int fd) {
  must(ftruncate(fd, 8192));
  show(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
  show(fallocate(fd, 0, 0, 8192));
  show(fallocate(fd, 0, 0, 8193));
  show(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 9000));
  show(pwrite(fd, "x", 1, 8192));
  show(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
  show(ftruncate(fd, 0));
  show(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096));
  show(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  show(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096));
  show(fallocate(fd, 0, 0, 4096));
  show(pwrite(fd, "x", 1, 0));
}

int main(void) {
  enter_scratch();
  const int file = (int)must(open("file", O_RDWR | O_CREAT, 0644));
  const int memory = (int)must(memfd_create("memory", MFD_ALLOW_SEALING));
  char path[] = "/dev/shm/guest-XXXXXX";
  const int shared = (int)must(mkstemp(path));
  must(unlink(path));
  seeks("file", file);
  seeks("memfd", memory);
  seeks("tmpfs", shared);
  allocations("file", file);
  allocations("memfd", memory);
  allocations("tmpfs", shared);
  others();
  memory_alone(memory);
  memory_alone(shared);
  seals(memory);
  leave_scratch();
  return 0;
}
