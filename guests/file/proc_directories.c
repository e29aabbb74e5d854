// proc(5): /proc/self is a link to one's own pid, /proc lists the processes that exist, and a
// process that has been reaped is gone.
// covers: readlinkat getdents64 newfstatat
#include "guest.h"

static bool listed(pid_t pid) {
  DIR *directory = opendir("/proc");
  bool found = false;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    found |= atoi(entry->d_name) == pid;
  }
  closedir(directory);
  return found;
}

int main(void) {
  char text[64] = "", path[64];
  must(readlink("/proc/self", text, sizeof text - 1));
  expect(atoi(text) == getpid());
  expect(listed(getpid()));
  expect(listed(1));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    for (;;) pause();
  }
  expect(listed(pid));
  snprintf(path, sizeof path, "/proc/%d", pid);
  struct stat about;
  must(stat(path, &about));
  expect(S_ISDIR(about.st_mode));
  expect(about.st_uid == geteuid());
  must(kill(pid, SIGKILL));
  print_status("child", wait_for(pid));
  expect(!listed(pid));
  show(stat(path, &about));
  show_ok(open("/proc/nothing", O_RDONLY));
  show_ok(open("/proc/self/nothing", O_RDONLY));
  must(readlink("/proc/self/cwd", text, sizeof text - 1));
  char directory[PATH_MAX];
  must(getcwd(directory, sizeof directory) == NULL ? -1 : 0);
  expect(strncmp(text, directory, 60) == 0);
  memset(text, 0, sizeof text);
  must(readlink("/proc/self/root", text, sizeof text - 1));
  printf("%s\n", text);
  return 0;
}
