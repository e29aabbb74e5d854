// openat2(2): RESOLVE_… rules keep the walk in its directory, off links and off other mounts;
// unknown flags and modes without a file to create are EINVAL; a structure that is too small is
// EINVAL, one that is longer than known must end in zeros: E2BIG.
// covers: openat2
#include "guest.h"

struct how {
  uint64_t flags, mode, resolve;
};
enum { kNoXdev = 1, kNoMagic = 2, kNoLinks = 4, kBeneath = 8, kInRoot = 16, kCached = 32 };

static long open_how(int dir, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
  const struct how how = {flags, mode, resolve};
  long fd;
  // ".." below a scope is EAGAIN while anybody on the host renames anything (openat2(2)).
  do {
    fd = syscall(437, dir, path, &how, sizeof how);
  } while (fd == -1 && errno == EAGAIN && !(resolve & kCached));
  if (fd != -1) close((int)fd);
  return fd;
}

static void beneath(int dir) {
  show_ok(open_how(dir, "file", O_RDONLY, 0, kBeneath));
  show_ok(open_how(dir, "../file", O_RDONLY, 0, kBeneath));
  show_ok(open_how(dir, "inner/../file", O_RDONLY, 0, kBeneath));
  show_ok(open_how(dir, "inner/../../file", O_RDONLY, 0, kBeneath));
  show_ok(open_how(dir, "/", O_RDONLY, 0, kBeneath));
  show_ok(open_how(dir, "absolute", O_RDONLY, 0, kBeneath));
  show_ok(open_how(dir, "upwards", O_RDONLY, 0, kBeneath));
  show_ok(open_how(dir, "inwards", O_RDONLY, 0, kBeneath));
  show_ok(open_how(dir, "new", O_RDWR | O_CREAT | O_EXCL, 0600, kBeneath));
}

static void in_root(int dir) {
  show_ok(open_how(dir, "/file", O_RDONLY, 0, kInRoot));
  show_ok(open_how(dir, "../../file", O_RDONLY, 0, kInRoot));
  show_ok(open_how(dir, "absolute", O_RDONLY, 0, kInRoot));
  show_ok(open_how(dir, "upwards", O_RDONLY, 0, kInRoot));
  show_ok(open_how(dir, "inner/../../outside", O_RDONLY, 0, kInRoot));
  show_ok(open_how(dir, "../outside", O_RDONLY, 0, 0));
  show_ok(open_how(9999, "/file", O_RDONLY, 0, kInRoot));
  show_ok(open_how(dir, "file", O_RDONLY, 0, kInRoot | kBeneath));
}

static void links(int dir) {
  char magic[64];
  snprintf(magic, sizeof magic, "/proc/self/fd/%d", dir);
  show_ok(open_how(dir, "inwards", O_RDONLY, 0, kNoLinks));
  show_ok(open_how(dir, "inwards", O_PATH | O_NOFOLLOW, 0, kNoLinks));
  show_ok(open_how(dir, "linked/file", O_RDONLY, 0, kNoLinks));
  show_ok(open_how(dir, "linked/file", O_RDONLY, 0, kNoMagic));
  show_ok(open_how(AT_FDCWD, magic, O_RDONLY, 0, 0));
  show_ok(open_how(AT_FDCWD, magic, O_RDONLY, 0, kNoMagic));
  show_ok(open_how(AT_FDCWD, magic, O_RDONLY, 0, kNoXdev));
  show_ok(open_how(dir, "file", O_RDONLY, 0, kNoXdev));
  show_ok(open_how(AT_FDCWD, "/proc/self/status", O_RDONLY, 0, kNoXdev));
}

static void arguments(int dir) {
  char bytes[4104];
  memset(bytes, 0, sizeof bytes);
  const struct how odd = {O_RDONLY, 0, 0};
  memcpy(bytes, &odd, sizeof odd);
  show_ok(open_how(dir, "file", O_RDONLY, 0600, 0));
  show_ok(open_how(dir, "file", O_RDWR | O_CREAT, 010000, 0));
  show_ok(open_how(dir, "file", 1ull << 40, 0, 0));
  show_ok(open_how(dir, "file", 1u << 30, 0, 0));
  show_ok(open_how(dir, "file", O_PATH | O_RDWR, 0, 0));
  show_ok(open_how(dir, "file", O_RDONLY, 0, 0x4000));
  show_ok(open_how(dir, "file", O_RDWR | O_TRUNC, 0, kCached));
  show_ok(syscall(437, dir, "file", bytes, 23L));
  show_ok(syscall(437, dir, "file", bytes, 40L));
  show_ok(syscall(437, dir, "file", bytes, 4097L));
  bytes[30] = 1;
  show_ok(syscall(437, dir, "file", bytes, 40L));
  show_ok(syscall(437, dir, "file", 16L, 24L));
  show_ok(syscall(437, dir, "file", memory_edge() - 23, 24L));
  show_ok(syscall(437, dir, 16L, at_edge(&odd, sizeof odd), 24L));
  show_ok(syscall(437, dir, "", at_edge(&odd, sizeof odd), 24L));
}

int main(void) {
  enter_scratch();
  must(mkdir("dir", 0755));
  must(mkdir("dir/inner", 0755));
  write_file("outside", "", 0600);
  write_file("dir/file", "x", 0600);
  must(symlink("/file", "dir/absolute"));
  must(symlink("../outside", "dir/upwards"));
  must(symlink("inner/../file", "dir/inwards"));
  must(symlink(".", "dir/linked"));
  const int dir = (int)must(open("dir", O_PATH | O_DIRECTORY));
  beneath(dir);
  in_root(dir);
  links(dir);
  arguments(dir);
  leave_scratch();
  return 0;
}
