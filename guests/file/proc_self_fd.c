// proc(5), /proc/self/fd: one entry per open descriptor, a link that says what it is.
// covers: getdents64 readlinkat
#include "guest.h"

static int count_between(int low, int high) {
  DIR *directory = opendir("/proc/self/fd");
  int count = 0;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    const int fd = atoi(entry->d_name);
    count += fd >= low && fd <= high;
  }
  closedir(directory);
  return count;
}

static void show_link(int fd) {
  char path[64], text[PATH_MAX] = "";
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  const long length = readlink(path, text, sizeof text - 1);
  if (length == -1) {
    printf("%d: %s\n", fd, errno_name(errno));
    return;
  }
  if (strncmp(text, guest_scratch_path, strlen(guest_scratch_path)) == 0) {
    printf("%d: scratch%s\n", fd, text + strlen(guest_scratch_path));
  } else {
    printf("%d: %.*s\n", fd, (int)strcspn(text, "0123456789"), text);
  }
}

int main(void) {
  enter_scratch();
  write_file("file", "", 0644);
  must(mkdir("folder", 0755));
  int channel[2];
  must(pipe(channel));
  must(dup2((int)must(open("file", O_RDONLY)), 80));
  must(dup2((int)must(open("folder", O_RDONLY)), 81));
  must(dup2(channel[0], 82));
  must(dup2((int)must(open("/dev/null", O_RDWR)), 83));
  must(dup2(80, 84));
  show(count_between(70, 90));
  for (int fd = 80; fd <= 85; fd++) show_link(fd);
  must(rename("file", "renamed"));
  show_link(80);
  must(unlink("renamed"));
  show_link(80);
  must(close(84));
  show(count_between(70, 90));
  struct stat about;
  must(lstat("/proc/self/fd/82", &about));
  expect(S_ISLNK(about.st_mode));
  must(stat("/proc/self/fd/82", &about));
  expect(S_ISFIFO(about.st_mode));
  show_ok(open("/proc/self/fd/81/../file", O_RDONLY));
  must(stat("/proc/self/fd", &about));
  expect(S_ISDIR(about.st_mode));
  leave_scratch();
  return 0;
}
