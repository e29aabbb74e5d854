// getdents64(2): a buffer too small for one entry is EINVAL, an entry that does not fit comes with
// the next call, and d_off of an entry is where the next one starts.
// covers: getdents64 lseek
#include "guest.h"

struct entry {
  uint64_t inode;
  int64_t next;
  uint16_t length;
  uint8_t type;
  char name[];
};

int main(void) {
  enter_scratch();
  for (int i = 0; i < 20; i++) {
    char name[20];
    snprintf(name, sizeof name, "name-%02d", i);
    write_file(name, "", 0600);
  }
  const int fd = (int)must(open(".", O_RDONLY | O_DIRECTORY));
  char buffer[4096] __attribute__((aligned(8)));
  show(syscall(SYS_getdents64, fd, buffer, 0));
  show(syscall(SYS_getdents64, fd, buffer, 10));
  show(syscall(SYS_getdents64, fd, buffer, 23));
  int count = 0;
  for (long got; (got = must(syscall(SYS_getdents64, fd, buffer, 40))) > 0;) {
    for (long at = 0; at < got; at += ((struct entry *)(buffer + at))->length) count++;
  }
  show(count);

  must(lseek(fd, 0, SEEK_SET));
  must(syscall(SYS_getdents64, fd, buffer, sizeof buffer));
  char third[64], fourth[64];
  struct entry *entry = (void *)buffer;
  for (int i = 0; i < 2; i++) entry = (void *)((char *)entry + entry->length);
  strcpy(third, entry->name);
  const int64_t after_third = entry->next;
  expect(entry->length % 8 == 0);
  entry = (void *)((char *)entry + entry->length);
  strcpy(fourth, entry->name);
  expect(lseek(fd, after_third, SEEK_SET) == after_third);
  must(syscall(SYS_getdents64, fd, buffer, sizeof buffer));
  expect(strcmp(((struct entry *)buffer)->name, fourth) == 0);
  expect(strcmp(third, fourth) != 0);
  leave_scratch();
  return 0;
}
