// statx(2): the same facts as stat, with a mask that says which are there; unknown flags are
// EINVAL.
// covers: statx
#include "guest.h"

// The kernel's layout, the same on every machine.
struct statx_times {
  int64_t seconds;
  uint32_t nanoseconds;
  int32_t reserved;
};

struct statx_facts {
  uint32_t mask, block_size;
  uint64_t attributes;
  uint32_t links, uid, gid;
  uint16_t mode, padding;
  uint64_t inode, size, blocks, attributes_mask;
  struct statx_times access, birth, change, modification;
  uint32_t device_major, device_minor, own_major, own_minor;
  uint64_t spare[14];
};

static const unsigned kBasic = 0x7ff;

int main(void) {
  enter_scratch();
  umask(022);
  write_file("file", "12345", 0640);
  must(symlink("file", "link"));
  struct stat about;
  must(stat("file", &about));
  struct statx_facts facts;
  memset(&facts, 0xff, sizeof facts);
  show(sizeof facts);
  show(syscall(SYS_statx, AT_FDCWD, "file", 0, kBasic, &facts));
  expect((facts.mask & kBasic) == kBasic);
  printf("mode %o, links %u, size %lu\n", facts.mode, facts.links, (unsigned long)facts.size);
  expect(facts.inode == about.st_ino && facts.uid == about.st_uid && facts.gid == about.st_gid);
  expect(facts.modification.seconds == about.st_mtim.tv_sec);
  expect(facts.modification.nanoseconds == (uint32_t)about.st_mtim.tv_nsec);
  show(syscall(SYS_statx, AT_FDCWD, "link", AT_SYMLINK_NOFOLLOW, kBasic, &facts));
  expect(S_ISLNK(facts.mode) && facts.size == 4);
  const int fd = (int)must(open("file", O_RDONLY));
  show(syscall(SYS_statx, fd, "", AT_EMPTY_PATH, kBasic, &facts));
  expect(facts.inode == about.st_ino);
  show(syscall(SYS_statx, fd, "", 0, kBasic, &facts));
  show(syscall(SYS_statx, AT_FDCWD, "missing", 0, kBasic, &facts));
  show(syscall(SYS_statx, AT_FDCWD, "file", 0x80000, kBasic, &facts));
  show(syscall(SYS_statx, AT_FDCWD, "file", 0, 0x80000000u, &facts));
  show(syscall(SYS_statx, AT_FDCWD, "file", 0x6000, kBasic, &facts));
  show(syscall(SYS_statx, AT_FDCWD, "file", 0, kBasic, 16L));
  show(syscall(SYS_statx, 9999, "file", 0, kBasic, &facts));
  leave_scratch();
  return 0;
}
