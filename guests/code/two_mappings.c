// mmap(2), memfd_create(2): code written through one mapping and run through another, as JITs do
// that have no memory both writable and executable: a memfd mapped twice, at changing addresses and
// offsets; shared anonymous memory whose code a child writes and the parent runs, and the other way
// round; a file; and write(2) into what is mapped.
// covers: memfd_create mmap munmap ftruncate pwrite64 clone
#include "guest.h"
#include "machine_code.h"

enum { kPages = 4, kSize = kPages * kPage, kRounds = 100 };

static char *map_at(char *where, int fd, long offset, size_t size, int protection) {
  char *at = mmap(where, size, protection, MAP_SHARED | (where ? MAP_FIXED : 0), fd, offset);
  must((long)at);
  return at;
}

static void memfd_twice(int fd) {
  char *const writable = map_at(NULL, fd, 0, kSize, kReadWrite);
  char *const executable = map_at(NULL, fd, 0, kSize, kReadExecute);
  char *const second = map_at(NULL, fd, kPage, kSize - kPage, kReadExecute);
  int right = 0;
  for (int i = 0; i < kRounds; i++) {
    // Two functions side by side, so that there is a second write to what was translated.
    const long at = kPage + i % 3 * kPage + i % 7 * 512;
    emit_return(writable + at, i);
    emit_return(writable + at + 64, i + 1000);
    publish(executable + at, 128);
    publish(second + at - kPage, 128);
    right += call_code(executable + at) == i;
    right += call_code(executable + at + 64) == i + 1000;
    right += call_code(second + at - kPage) == i;
    right += call_code(second + at - kPage + 64) == i + 1000;
  }
  printf("memfd at three addresses: %d\n", right);

  // The writer comes and goes, as in V8's and .NET's short-lived writable views.
  right = 0;
  for (int i = 0; i < kRounds; i++) {
    char *const view = map_at(NULL, fd, i % 4 * kPage, kPage, kReadWrite);
    emit_return(view + 8, i + 5);
    must(munmap(view, kPage));
    publish(executable + i % 4 * kPage + 8, 16);
    right += call_code(executable + i % 4 * kPage + 8) == i + 5;
  }
  printf("views that come and go: %d\n", right);

  // The executable address gets another page of the file.
  for (int page = 0; page < kPages; page++) emit_return(writable + page * kPage, page);
  right = 0;
  for (int i = 0; i < kRounds; i++) {
    char *const at = map_at(executable, fd, i % 4 * kPage, kPage, kReadExecute);
    publish(at, 16);
    right += call_code(at) == i % 4;
  }
  printf("another page at the same address: %d\n", right);

  right = 0;
  for (int i = 0; i < kRounds; i++) {
    char text[16];
    const char *const end = emit_return(text, i + 9);
    must(pwrite(fd, text, (size_t)(end - text), kPage));
    publish(second, 16);
    right += call_code(second) == i + 9;
  }
  printf("written by pwrite: %d\n", right);

  // Cut off and grown again: zeros, then other code.
  must(ftruncate(fd, kPage));
  must(ftruncate(fd, kSize));
  expect(*(volatile char *)second == 0);
  emit_return(writable + kPage, 77);
  publish(second, 16);
  show(call_code(second));
  must(munmap(writable, kSize));
  must(munmap(executable, kSize));
  must(munmap(second, kSize - kPage));
}

static void wait_for_turn(int fd) {
  char byte;
  must(read(fd, &byte, 1));
}

static void give_turn(int fd) { must(write(fd, "", 1)); }

// The child writes what the parent runs, then the parent what the child runs.
static void between_processes(const char *what, char *writable, char *executable) {
  int to_child[2], to_parent[2];
  must(pipe(to_child));
  must(pipe(to_parent));
  const pid_t pid = (pid_t)must(fork());
  int right = 0;
  for (int i = 0; i < kRounds; i++) {
    if (pid == 0) {
      emit_return(writable, i);
      give_turn(to_parent[1]);
      wait_for_turn(to_child[0]);
      publish(executable + 64, 16);
      right += call_code(executable + 64) == i + 500;
    } else {
      wait_for_turn(to_parent[0]);
      publish(executable, 16);
      right += call_code(executable) == i;
      emit_return(writable + 64, i + 500);
      give_turn(to_child[1]);
    }
  }
  if (pid == 0) _exit(right);
  printf("%s: parent %d\n", what, right);
  print_status("child", wait_for(pid));
  for (int i = 0; i < 2; i++) {
    must(close(to_child[i]));
    must(close(to_parent[i]));
  }
}

int main(void) {
  const int fd = (int)must(memfd_create("code", 0));
  must(ftruncate(fd, kSize));
  memfd_twice(fd);

  char *const shared = mmap(NULL, kPage, kAllAccess, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must((long)shared);
  between_processes("shared anonymous memory", shared, shared);
  between_processes("memfd", map_at(NULL, fd, 0, kPage, kReadWrite),
                    map_at(NULL, fd, 0, kPage, kReadExecute));

  enter_scratch();
  const int file = (int)must(open("code", O_RDWR | O_CREAT | O_TRUNC, 0600));
  must(ftruncate(file, kPage));
  between_processes("file", map_at(NULL, file, 0, kPage, kReadWrite),
                    map_at(NULL, file, 0, kPage, kReadExecute));
  leave_scratch();
  return 0;
}
