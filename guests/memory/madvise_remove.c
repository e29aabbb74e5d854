// madvise(2), MADV_REMOVE: a hole in the file behind a shared writable mapping, seen by everybody
// who maps or reads it; private and anonymous memory is EINVAL, write-sealed memfds are EPERM.
// covers: madvise memfd_create fallocate mmap lseek
#include "guest.h"

static void check_file(const char *what, int fd) {
  char *map = mmap(NULL, 4 * kPage, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char *again = mmap(NULL, 4 * kPage, PROT_READ, MAP_SHARED, fd, 0);
  must((long)map);
  must((long)again);
  memset(map, 'f', 4 * kPage);
  char *private = mmap(NULL, 4 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  must((long)private);
  private[kPage] = 'p';
  printf("%s: %d before\n", what, again[2 * kPage]);
  show(madvise(map + kPage, 2 * kPage, MADV_REMOVE));
  printf("%d %d %d %d\n", map[0], map[kPage], map[3 * kPage - 1], map[3 * kPage]);
  printf("%d %d %d\n", again[kPage], again[2 * kPage], again[3 * kPage]);
  printf("private: %d %d %d\n", private[0], private[kPage], private[2 * kPage]);
  char byte = 1;
  must(pread(fd, &byte, 1, 2 * kPage));
  struct stat about;
  must(fstat(fd, &about));
  printf("read: %d, size %ld\n", byte, (long)about.st_size / kPage);
  map[kPage] = 'g';
  must(pread(fd, &byte, 1, kPage));
  printf("written again: %d %d\n", byte, again[kPage]);
  show(madvise(private, kPage, MADV_REMOVE) == -1);
  must(munmap(again, 4 * kPage));
  must(munmap(private, 4 * kPage));
  show(madvise(map, kPage, MADV_REMOVE));
  show(madvise(map + 1, kPage, MADV_REMOVE));
  show(madvise(map, 0, MADV_REMOVE));
  must(munmap(map, 4 * kPage));
}

static void child_sees(char *shared) {
  const pid_t pid = must(fork());
  if (pid == 0) {
    must(madvise(shared + kPage, kPage, MADV_REMOVE));
    _exit(shared[kPage]);
  }
  print_status("child", wait_for(pid));
  printf("%d %d\n", shared[0], shared[kPage]);
}

int main(void) {
  enter_scratch();
  const int memfd = (int)must(syscall(SYS_memfd_create, "memory", 2));
  must(ftruncate(memfd, 4 * kPage));
  check_file("memfd", memfd);
  show(lseek(memfd, 0, SEEK_DATA) / kPage);
  char *anonymous =
      mmap(NULL, 2 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)anonymous);
  show(madvise(anonymous, kPage, MADV_REMOVE));
  char *shared = mmap(NULL, 2 * kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must((long)shared);
  memset(shared, 's', 2 * kPage);
  child_sees(shared);
  // Holes of the range are ENOMEM, the rest is served.
  char *map = mmap(NULL, 3 * kPage, PROT_READ | PROT_WRITE, MAP_SHARED, memfd, 0);
  must((long)map);
  memset(map, 'm', 3 * kPage);
  must(munmap(map + kPage, kPage));
  show(madvise(map, 3 * kPage, MADV_REMOVE));
  printf("%d %d\n", map[0], map[2 * kPage]);
  leave_scratch();
  return 0;
}
