// proc(5), /proc/PID/mem and pagemap: a process's memory as a file, at its own addresses.
// covers: openat pread64 pwrite64 lseek mmap munmap
#include "guest.h"

static volatile long cell = 1;

static int open_of(pid_t pid, const char *name, int flags) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  return (int)must(open(path, flags));
}

static void own_memory(void) {
  const int fd = open_of(getpid(), "mem", O_RDWR);
  long value = 77;
  show(pwrite(fd, &value, sizeof value, (off_t)(uintptr_t)&cell));
  printf("cell: %ld\n", cell);
  cell = 5;
  show(pread(fd, &value, sizeof value, (off_t)(uintptr_t)&cell));
  printf("value: %ld\n", value);
  expect(lseek(fd, (off_t)(uintptr_t)&cell, SEEK_SET) == (off_t)(uintptr_t)&cell);
  show(read(fd, &value, 4));
  expect(lseek(fd, 0, SEEK_CUR) == (off_t)(uintptr_t)&cell + 4);
  show(lseek(fd, 0, SEEK_END));
  char bytes[64] = "";
  show(pread(fd, bytes, sizeof bytes, 0));
  show(pwrite(fd, bytes, sizeof bytes, 0));
  char *pages = mmap(NULL, 2 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)pages);
  memset(pages, 'x', 2 * kPage);
  must(munmap(pages + kPage, kPage));
  show(pread(fd, bytes, sizeof bytes, (off_t)(uintptr_t)(pages + kPage - 10)));
  show(pread(fd, bytes, sizeof bytes, (off_t)(uintptr_t)(pages + kPage)));
  show(pwrite(fd, bytes, sizeof bytes, (off_t)(uintptr_t)(pages + kPage - 20)));
  show(pread(fd, bytes, 0, (off_t)(uintptr_t)(pages + kPage)));
  // Onto itself, and from one of its pages to another.
  show(pread(fd, pages, kPage, (off_t)(uintptr_t)pages));
  show(pwrite(fd, pages, kPage, (off_t)(uintptr_t)pages));
  const int readable = open_of(getpid(), "mem", O_RDONLY);
  show(pwrite(readable, &value, 1, (off_t)(uintptr_t)&cell));
}

static void memory_of_a_child(void) {
  int question[2], answer[2];
  must(pipe(question));
  must(pipe(answer));
  cell = 10;
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    char byte;
    must(read(question[0], &byte, 1));
    const long seen = cell;
    must(write(answer[1], &seen, sizeof seen));
    for (;;) pause();
  }
  const int fd = open_of(pid, "mem", O_RDWR);
  long value = 0;
  show(pread(fd, &value, sizeof value, (off_t)(uintptr_t)&cell));
  value += 32;
  show(pwrite(fd, &value, sizeof value, (off_t)(uintptr_t)&cell));
  must(write(question[1], "", 1));
  must(read(answer[0], &value, sizeof value));
  printf("the child saw %ld, the parent has %ld\n", value, cell);
  must(kill(pid, SIGKILL));
  print_status("child", wait_for(pid));
  show(pread(fd, &value, sizeof value, (off_t)(uintptr_t)&cell));
  show(pwrite(fd, &value, sizeof value, (off_t)(uintptr_t)&cell));
}

static void page_map(void) {
  char *pages = mmap(NULL, 4 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)pages);
  pages[0] = pages[2 * kPage] = 1;
  const int fd = open_of(getpid(), "pagemap", O_RDONLY);
  uint64_t entries[4] = {0};
  const off_t place = (off_t)((uintptr_t)pages / kPage * 8);
  show(pread(fd, entries, sizeof entries, place));
  for (int i = 0; i < 4; i++) printf("page %d: %s\n", i, entries[i] >> 63 != 0 ? "present" : "-");
  show(pread(fd, entries, 8, place + 4));
}

int main(void) {
  own_memory();
  memory_of_a_child();
  page_map();
  return 0;
}
