// read(2), write(2): EFAULT only when nothing could be moved; what was moved before the bad page
// counts, and a pipe keeps what could not be delivered.
// covers: read write pread64 pwrite64
#include "guest.h"

enum { kCount = 16 };

static char *end;
static int file, channel[2];

static void rewind_file(void) {
  must(ftruncate(file, 0));
  must(pwrite(file, "0123456789abcdef", kCount, 0));
  must(lseek(file, 0, SEEK_SET));
}

static void try(const char *what, char *place) {
  printf("%s\n", what);
  rewind_file();
  show(read(file, place, kCount));
  show(lseek(file, 0, SEEK_CUR));
  show(pread(file, place, kCount, 4));
  rewind_file();
  show(write(file, place, kCount));
  show(lseek(file, 0, SEEK_CUR));
  show(pwrite(file, place, kCount, 100) > 0 ? 1 : -1);
  show(write(channel[1], place, kCount));
  must(write(channel[1], "left", 4));
  static char rest[100];
  show(read(channel[0], rest, sizeof rest));
}

static void read_pipe(const char *what, char *place) {
  must(write(channel[1], "0123456789abcdef", kCount));
  printf("%s: ", what);
  show(read(channel[0], place, kCount));
}

int main(void) {
  enter_scratch();
  end = memory_edge();
  file = (int)must(open("file", O_RDWR | O_CREAT, 0600));
  must(pipe2(channel, O_NONBLOCK));
  try("up to the edge", end - kCount);
  try("beyond", end);
  try("kernel", (char *)-(intptr_t)kPage);
  try("NULL", NULL);
  read_pipe("up to the edge", end - kCount);
  read_pipe("beyond", end);
  static char rest[100];
  show(read(channel[0], rest, sizeof rest));
  printf("%s\n", rest);

  // Half of it fits: Linux may move part or nothing, but never claims more than it moved.
  rewind_file();
  const long part = read(file, end - kCount / 2, kCount);
  expect(part == -1 ? errno == EFAULT : part <= kCount / 2);
  expect(part == -1 || memcmp(end - kCount / 2, "01234567", (size_t)part) == 0);
  expect(lseek(file, 0, SEEK_CUR) == (part == -1 ? 0 : part));
  memset(end - kCount / 2, 'w', kCount / 2);
  rewind_file();
  const long written = write(file, end - kCount / 2, kCount);
  expect(written == -1 ? errno == EFAULT : written <= kCount / 2);
  expect(lseek(file, 0, SEEK_CUR) == (written == -1 ? 0 : written));
  leave_scratch();
  return 0;
}
