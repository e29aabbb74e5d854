// Descriptors without a file (eventfd, epoll, timerfd, inotify) have no file type in st_mode.
// covers: fstat
#include "guest.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>

static void show_type(const char *what, int fd) {
  struct stat status;
  must(fstat(fd, &status));
  printf("%s: type %o permissions %o\n", what, status.st_mode & S_IFMT, status.st_mode & 07777);
  show(ftruncate(fd, 0));
}

int main(void) {
  show_type("eventfd", (int)must(eventfd(0, 0)));
  show_type("epoll", (int)must(epoll_create1(0)));
  show_type("timerfd", (int)must(timerfd_create(CLOCK_MONOTONIC, 0)));
  show_type("inotify", (int)must(inotify_init1(0)));
  return 0;
}
