// inotify(7): events of a watched directory and file in order, with names and masks; a rename's
// two halves share a cookie; removal of a watch, and of what is watched, ends in IN_IGNORED; reads
// hand over whole events or EINVAL; poll, FIONREAD, fork.
// covers: inotify_init1 inotify_add_watch inotify_rm_watch
#include "guest.h"
#include <poll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>

static void print_mask(uint32_t mask) {
  static const struct {
    uint32_t bit;
    const char *name;
  } kBits[] = {
      {IN_ACCESS, "ACCESS"},
      {IN_MODIFY, "MODIFY"},
      {IN_ATTRIB, "ATTRIB"},
      {IN_CLOSE_WRITE, "CLOSE_WRITE"},
      {IN_OPEN, "OPEN"},
      {IN_CLOSE_NOWRITE, "CLOSE_NOWRITE"},
      {IN_MOVED_FROM, "MOVED_FROM"},
      {IN_MOVED_TO, "MOVED_TO"},
      {IN_CREATE, "CREATE"},
      {IN_DELETE, "DELETE"},
      {IN_MOVE_SELF, "MOVE_SELF"},
      {IN_DELETE_SELF, "DELETE_SELF"},
      {IN_ISDIR, "ISDIR"},
      {IN_IGNORED, "IGNORED"},
  };
  for (size_t i = 0; i < sizeof kBits / sizeof kBits[0]; i++)
    if (mask & kBits[i].bit) printf(" %s", kBits[i].name);
}

// All that is there now; a rename's cookie is shown as whether it is the last one seen.
static void drain(const char *what, int fd) {
  printf("%s:\n", what);
  char bytes[8192];
  uint32_t cookie = 0;
  for (long got; (got = read(fd, bytes, sizeof bytes)) > 0;) {
    for (long at = 0; at < got;) {
      struct inotify_event event;
      memcpy(&event, bytes + at, sizeof event);
      printf("  wd %d", event.wd);
      print_mask(event.mask);
      if (event.len > 0) printf(" %s (%u)", bytes + at + sizeof event, event.len);
      if (event.cookie != 0) printf(event.cookie == cookie ? " same cookie" : " new cookie");
      cookie = event.cookie;
      printf("\n");
      at += (long)(sizeof event + event.len);
    }
  }
  if (errno != EAGAIN) printf("  %s\n", errno_name(errno));
}

static void directory_events(int fd) {
  show(inotify_add_watch(fd, "directory", IN_ALL_EVENTS));
  write_file("directory/new", "text", 0644);
  drain("created", fd);
  char text[8];
  const int file = (int)must(open("directory/new", O_RDONLY));
  must(read(file, text, sizeof text));
  must(close(file));
  drain("read", fd);
  must(chmod("directory/new", 0600));
  must(rename("directory/new", "directory/a much longer name than that"));
  drain("renamed", fd);
  must(rename("directory/a much longer name than that", "outside"));
  drain("moved out", fd);
  must(mkdir("directory/inner", 0755));
  must(symlink("nowhere", "directory/link"));
  must(unlink("directory/link"));
  must(rmdir("directory/inner"));
  drain("made and removed", fd);
}

static void file_events(int fd) {
  show(inotify_add_watch(fd, "outside", IN_MODIFY | IN_ATTRIB));
  show(inotify_add_watch(fd, "outside", IN_MODIFY));
  must(chmod("outside", 0640));
  drain("only modifications", fd);
  show(inotify_add_watch(fd, "outside", IN_ATTRIB | IN_MASK_ADD));
  must(chmod("outside", 0600));
  must(truncate("outside", 1));
  drain("attributes too", fd);
  show(inotify_rm_watch(fd, 2));
  show(inotify_rm_watch(fd, 2));
  drain("watch removed", fd);
  show(inotify_add_watch(fd, "outside", IN_ATTRIB | IN_ONESHOT));
  must(chmod("outside", 0644));
  must(chmod("outside", 0600));
  drain("once", fd);
  show(inotify_add_watch(fd, "outside", IN_DELETE_SELF | IN_MOVE_SELF));
  must(rename("outside", "elsewhere"));
  must(unlink("elsewhere"));
  drain("the file itself", fd);
  show(inotify_add_watch(fd, "doomed", IN_DELETE_SELF | IN_ONLYDIR));
  must(rmdir("doomed"));
  drain("the directory itself", fd);
}

static void reads(int fd) {
  struct pollfd poll_fd = {fd, POLLIN, 0};
  int waiting = -1;
  show(poll(&poll_fd, 1, 0));
  must(mkdir("directory/x", 0755));
  show(poll(&poll_fd, 1, 0));
  must(ioctl(fd, FIONREAD, &waiting));
  printf("%d bytes\n", waiting);
  char bytes[64];
  show(read(fd, bytes, 16));
  show(read(fd, bytes, 31));
  show(read(fd, memory_edge() - 32, 64));
  show(read(fd, bytes, sizeof bytes));
  show(write(fd, bytes, 4));
}

static void errors(int fd) {
  show(inotify_init1(1));
  show(inotify_add_watch(fd, "missing", IN_ACCESS));
  show(inotify_add_watch(fd, "directory", 0));
  show(inotify_add_watch(fd, "file", IN_ACCESS | IN_ONLYDIR));
  show(inotify_add_watch(9999, "file", IN_ACCESS));
  show(inotify_add_watch(0, "file", IN_ACCESS));
  show(inotify_rm_watch(0, 1));
  show(inotify_rm_watch(fd, 777));
  show(inotify_add_watch(fd, "directory", IN_ACCESS | IN_MASK_CREATE));
  show(inotify_add_watch(fd, (char *)16L, IN_ACCESS));
}

static void blocked_reader(void) {
  const int fd = (int)must(inotify_init1(0));
  must(inotify_add_watch(fd, "directory", IN_CREATE));
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    write_file("directory/by the child", "", 0600);
    _exit(0);
  }
  char bytes[256];
  show(read(fd, bytes, sizeof bytes));
  print_status("child", wait_for(child));
}

int main(void) {
  enter_scratch();
  must(mkdir("directory", 0755));
  must(mkdir("doomed", 0755));
  write_file("file", "", 0600);
  const int fd = (int)must(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  show(fcntl(fd, F_GETFD));
  expect(fcntl(fd, F_GETFL) == O_NONBLOCK);
  directory_events(fd);
  file_events(fd);
  reads(fd);
  errors(fd);
  blocked_reader();
  leave_scratch();
  return 0;
}
