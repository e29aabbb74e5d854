// getdents64(2): every name exactly once, dot and dot-dot among them, with type and inode, however
// the directory grows; rewinding starts again.
// covers: getdents64 lseek
#include "guest.h"

struct entry {
  uint64_t inode;
  int64_t next;
  uint16_t length;
  uint8_t type;
  char name[];
};

static int compare(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list(int fd, size_t size, char **names) {
  char *buffer = malloc(size);
  int count = 0;
  for (long got; (got = must(syscall(SYS_getdents64, fd, buffer, size))) > 0;) {
    for (long at = 0; at < got;) {
      const struct entry *entry = (const void *)(buffer + at);
      struct stat about;
      must(fstatat(fd, entry->name, &about, AT_SYMLINK_NOFOLLOW));
      if (entry->type != DT_UNKNOWN && entry->type != (about.st_mode & S_IFMT) >> 12) {
        printf("%s: wrong type %d\n", entry->name, entry->type);
      }
      if (about.st_ino != entry->inode && strcmp(entry->name, "..") != 0) {
        printf("%s: wrong inode\n", entry->name);
      }
      names[count++] = strdup(entry->name);
      at += entry->length;
    }
  }
  free(buffer);
  qsort(names, (size_t)count, sizeof *names, compare);
  return count;
}

int main(void) {
  enter_scratch();
  must(mkdir("folder", 0755));
  must(symlink("x", "link"));
  must(mkfifo("fifo", 0600));
  for (int i = 0; i < 300; i++) {
    char name[64];
    snprintf(name, sizeof name, "file-%03d%.*s", i, i % 40,
             "........................................");
    write_file(name, "", 0600);
  }
  static char *names[1000], *again[1000];
  const int fd = (int)must(open(".", O_RDONLY | O_DIRECTORY));
  const int count = list(fd, 32768, names);
  show(count);
  for (int i = 0; i < count; i += 25) printf("%s\n", names[i]);
  printf("%s %s\n", names[0], names[1]);
  char rest[1000];
  show(syscall(SYS_getdents64, fd, rest, sizeof rest));
  show(lseek(fd, 0, SEEK_SET));
  show(list(fd, 300, again));
  int same = 0;
  for (int i = 0; i < count; i++) same += strcmp(names[i], again[i]) == 0;
  show(same);
  const int file = (int)must(open("file-000", O_RDONLY));
  show(syscall(SYS_getdents64, file, rest, sizeof rest));
  show(syscall(SYS_getdents64, 9999, rest, sizeof rest));
  show(syscall(SYS_getdents64, open(".", O_RDONLY), 16L, sizeof rest));
  leave_scratch();
  return 0;
}
