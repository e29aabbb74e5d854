// inotify(7) on a file system in memory: events of a watched directory and of a watched file in
// order, with names and masks; a rename's two halves share a cookie; what is watched and removed
// says so when the last descriptor goes.
// covers: inotify_init1 inotify_add_watch inotify_rm_watch
#include "guest.h"
#include <poll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>

static void print_mask(uint32_t mask) {
  static const char *const kNames[] = {"ACCESS",        "MODIFY", "ATTRIB",      "CLOSE_WRITE",
                                       "CLOSE_NOWRITE", "OPEN",   "MOVED_FROM",  "MOVED_TO",
                                       "CREATE",        "DELETE", "DELETE_SELF", "MOVE_SELF"};
  for (size_t i = 0; i < sizeof kNames / sizeof kNames[0]; i++)
    if (mask & (1u << i)) printf(" %s", kNames[i]);
  if (mask & IN_ISDIR) printf(" ISDIR");
  if (mask & IN_IGNORED) printf(" IGNORED");
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

static void names(int fd) {
  show(inotify_add_watch(fd, "directory", IN_ALL_EVENTS));
  write_file("directory/new", "text", 0644);
  drain("created", fd);
  must(mkdir("directory/inner", 0755));
  must(mkfifo("directory/fifo", 0600));
  must(symlink("nowhere", "directory/link"));
  must(link("directory/new", "directory/second"));
  drain("made", fd);
  must(rename("directory/new", "directory/a much longer name than that"));
  drain("renamed", fd);
  must(rename("directory/a much longer name than that", "outside"));
  must(rename("outside", "directory/back"));
  drain("moved out and in", fd);
  must(syscall(SYS_renameat2, AT_FDCWD, "directory/back", AT_FDCWD, "directory/inner", 2));
  drain("exchanged", fd);
  must(syscall(SYS_renameat2, AT_FDCWD, "directory/back", AT_FDCWD, "directory/inner", 2));
  drain("and again", fd);
  must(rename("directory/back", "directory/second"));
  drain("two names of one file", fd);
  must(unlink("directory/link"));
  must(unlink("directory/fifo"));
  must(rmdir("directory/inner"));
  drain("removed", fd);
  const int shown = (int)must(open("directory", O_RDONLY | O_DIRECTORY));
  char entries[1024];
  must(syscall(SYS_getdents64, shown, entries, sizeof entries));
  must(close(shown));
  drain("listed", fd);
}

static void contents(int fd) {
  char text[8];
  const int file = (int)must(open("directory/back", O_RDWR));
  drain("opened", fd);
  must(read(file, text, sizeof text));
  must(read(file, text, sizeof text));
  drain("read, and read at the end", fd);
  must(write(file, "a", 1));
  must(write(file, "b", 1));
  drain("two equal events are one", fd);
  must(pwrite(file, "c", 1, 0));
  must(ftruncate(file, 2));
  must(fallocate(file, 0, 0, 10));
  must(fchmod(file, 0640));
  must(fchown(file, (uid_t)-1, getgid()));
  drain("changed", fd);
  must(close(file));
  drain("closed", fd);
  must(truncate("directory/back", 1));
  const struct timespec access[2] = {{1, 0}, {0, UTIME_OMIT}};
  const struct timespec modification[2] = {{0, UTIME_OMIT}, {1, 0}};
  must(utimensat(AT_FDCWD, "directory/back", access, 0));
  must(utimensat(AT_FDCWD, "directory/back", modification, 0));
  must(utimensat(AT_FDCWD, "directory/back", NULL, 0));
  drain("by path", fd);
  must(close((int)must(open("directory/back", O_PATH))));
  drain("only its place", fd);
}

static void files(int fd) {
  show(inotify_add_watch(fd, "file", IN_MODIFY | IN_ATTRIB));
  show(inotify_add_watch(fd, "file", IN_MODIFY));
  must(chmod("file", 0640));
  drain("only modifications", fd);
  show(inotify_add_watch(fd, "file", IN_ATTRIB | IN_MASK_ADD));
  must(chmod("file", 0600));
  must(truncate("file", 1));
  drain("attributes too", fd);
  show(inotify_add_watch(fd, "file", IN_ATTRIB | IN_MASK_CREATE));
  show(inotify_rm_watch(fd, 2));
  show(inotify_rm_watch(fd, 2));
  drain("watch removed", fd);
  show(inotify_add_watch(fd, "file", IN_ATTRIB | IN_ONESHOT));
  must(chmod("file", 0644));
  must(chmod("file", 0600));
  drain("once", fd);
}

static void ends(int fd) {
  show(inotify_add_watch(fd, "file", IN_DELETE_SELF | IN_MOVE_SELF | IN_CLOSE));
  must(rename("file", "elsewhere"));
  const int kept = (int)must(open("elsewhere", O_RDONLY));
  must(unlink("elsewhere"));
  drain("removed, but open", fd);
  must(close(kept));
  drain("closed", fd);
  show(inotify_add_watch(fd, "doomed", IN_ALL_EVENTS));
  must(rmdir("doomed"));
  drain("the directory itself", fd);
  write_file("one", "1", 0600);
  write_file("two", "2", 0600);
  show(inotify_add_watch(fd, "two", IN_DELETE_SELF));
  must(rename("one", "two"));
  drain("replaced", fd);
}

static void renamed_while_open(int fd) {
  const int file = (int)must(open("directory/temporary", O_WRONLY | O_CREAT, 0600));
  must(rename("directory/temporary", "directory/final"));
  must(write(file, "x", 1));
  drain("renamed while open", fd);
  must(mkdir("elsewhere", 0755));
  must(rename("directory/final", "elsewhere/final"));
  must(write(file, "x", 1));
  must(rename("elsewhere/final", "directory/again"));
  must(close(file));
  drain("and twice again", fd);
}

static void waits(int fd) {
  struct pollfd poll_fd = {fd, POLLIN, 0};
  int waiting = -1;
  show(poll(&poll_fd, 1, 0));
  must(mkdir("directory/x", 0755));
  show(poll(&poll_fd, 1, 0));
  must(ioctl(fd, FIONREAD, &waiting));
  printf("%d bytes\n", waiting);
  char bytes[256];
  show(read(fd, bytes, 16));
  show(read(fd, bytes, 31));
  show(read(fd, bytes, sizeof bytes));
  must(fcntl(fd, F_SETFL, 0));
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    must(rmdir("directory/x"));
    _exit(0);
  }
  show(read(fd, bytes, sizeof bytes));
  print_status("child", wait_for(child));
  must(fcntl(fd, F_SETFL, O_NONBLOCK));
}

static void host_and_own(int fd, const char *here) {
  // Another file system's events stand in the same queue, in the order they happened.
  must(mkdir("directory/1", 0755));
  must(chdir(here));
  show(inotify_add_watch(fd, ".", IN_CREATE | IN_DELETE));
  must(mkdir("there", 0755));
  must(rmdir("there"));
  drain("both", fd);
}

int main(void) {
  char here[PATH_MAX], base[] = "/dev/shm/guest-XXXXXX";
  must(getcwd(here, sizeof here) == NULL ? -1 : 0);
  must(mkdtemp(base) == NULL ? -1 : 0);
  must(chdir(base));
  must(mkdir("directory", 0755));
  must(mkdir("doomed", 0755));
  write_file("file", "contents", 0600);
  const int fd = (int)must(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  names(fd);
  contents(fd);
  files(fd);
  ends(fd);
  renamed_while_open(fd);
  waits(fd);
  host_and_own(fd, here);
  must(close(fd));
  must(chdir(base));
  const int top = (int)must(open(".", O_RDONLY | O_DIRECTORY));
  guest_remove_contents(top);
  must(chdir(here));
  must(rmdir(base));
  return 0;
}
