// memfd_create(2): a file without a name: empty at first, can be grown, read, mapped, inherited and
// sealed; its link says what it is.
// covers: memfd_create fcntl ftruncate mmap
#include "guest.h"

static int fd;

static void child(void) { must(pwrite(fd, "child", 5, 0)); }

int main(void) {
  fd = (int)must(memfd_create("a name", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  show(fcntl(fd, F_GETFD));
  struct stat about;
  must(fstat(fd, &about));
  printf("regular %d, size %ld, links %ld\n", S_ISREG(about.st_mode), (long)about.st_size,
         (long)about.st_nlink);
  show(write(fd, "hello", 5));
  show(ftruncate(fd, 10000));
  char *shared = mmap(NULL, 10000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  must((long)shared);
  print_status("child", in_child(child));
  printf("%s\n", shared);
  shared[9999] = 'z';
  char text[100] = "";
  show(pread(fd, text, 10, 9995));
  printf("%c\n", text[4]);
  char path[64];
  memset(text, 0, sizeof text);
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  must(readlink(path, text, sizeof text - 1));
  printf("%s\n", text);
  show(fcntl(fd, F_GET_SEALS));
  show(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  must(munmap(shared, 10000));
  show(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW));
  show(ftruncate(fd, 5));
  show(ftruncate(fd, 20000));
  show(pwrite(fd, "ok", 2, 0));
  show(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SEAL));
  show(pwrite(fd, "no", 2, 0));
  show(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  show(fcntl(fd, F_GET_SEALS));
  const int plain = (int)must(memfd_create("", 0));
  show(fcntl(plain, F_GET_SEALS));
  show(fcntl(plain, F_ADD_SEALS, F_SEAL_GROW));
  show(memfd_create("x", 0x8000));
  show(syscall(SYS_memfd_create, 16L, 0));
  char name[300];
  memset(name, 'n', sizeof name);
  name[250] = 0;
  show(memfd_create(name, 0));
  name[249] = 0;
  show_ok(memfd_create(name, 0));
  return 0;
}
