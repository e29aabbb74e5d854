// mmap(2), MAP_SHARED of a file: what one process writes through its mapping is seen by read, by
// other mappings and by other processes, and the other way round; the file does not grow.
// covers: mmap msync clone pread64 pwrite64
#include "guest.h"

static char *shared;

static void child(void) {
  printf("child sees %c\n", shared[10]);
  shared[20] = 'C';
}

int main(void) {
  enter_scratch();
  const int fd = (int)must(open("file", O_RDWR | O_CREAT, 0644));
  must(write(fd, "abcdefghijklmnopqrstuvwxyz", 26));
  shared = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char *other = mmap(NULL, kPage, PROT_READ, MAP_SHARED, fd, 0);
  char *private = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  must((long)shared);
  must((long)other);
  must((long)private);
  private[0] = 'p';
  shared[10] = 'S';
  print_status("child", in_child(child));
  printf("other mapping %c %c\n", other[10], other[20]);
  must(pwrite(fd, "W", 1, 5));
  printf("mappings after pwrite %c %c\n", shared[5], other[5]);
  shared[0] = 'T';
  show(msync(shared, kPage, MS_SYNC));
  char text[40] = "";
  show(pread(fd, text, sizeof text - 1, 0));
  printf("%s\n", text);
  printf("private first byte %c\n", private[0]);
  shared[100] = 'x';
  struct stat about;
  must(fstat(fd, &about));
  show(about.st_size);
  show(ftruncate(fd, 200));
  must(pread(fd, text, 1, 100));
  printf("byte 100: %d\n", other[100] == text[0]);
  leave_scratch();
  return 0;
}
