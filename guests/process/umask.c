// umask(2): the call returns the old mask and keeps only permission bits; children inherit it, and
// it applies to files, directories and fifos made.
// covers: umask openat mkdirat mknodat newfstatat
#include "guest.h"

static mode_t mode_of(const char *path) {
  struct stat about;
  must(stat(path, &about));
  return about.st_mode & 07777;
}

static void child(void) { printf("child's mask %03o\n", umask(0)); }

int main(void) {
  enter_scratch();
  umask(022);
  printf("%03o\n", umask(0777777));
  printf("%03o\n", umask(027));
  print_status("child", in_child(child));
  printf("%03o\n", umask(027));
  must(close((int)must(open("file", O_CREAT | O_WRONLY, 0666))));
  must(close((int)must(open("program", O_CREAT | O_WRONLY, 0777))));
  must(mkdir("folder", 0777));
  must(mkfifo("fifo", 0666));
  printf("%04o %04o %04o %04o\n", mode_of("file"), mode_of("program"), mode_of("folder"),
         mode_of("fifo"));
  umask(0);
  must(mkdir("open folder", 01777));
  printf("%04o\n", mode_of("open folder"));
  umask(0777);
  must(close((int)must(open("closed", O_CREAT | O_RDWR, 0666))));
  printf("%04o\n", mode_of("closed"));
  umask(022);
  leave_scratch();
  return 0;
}
