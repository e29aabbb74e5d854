// proc(5): the permissions and owners of what is in /proc/PID, also of a process that may not be
// dumped, and of what is in fd and ns.
// covers: newfstatat readlinkat prctl
#include "guest.h"
#include <sys/prctl.h>

static void show_mode(const char *name) {
  char path[64];
  struct stat about;
  snprintf(path, sizeof path, "/proc/self/%s", name);
  if (lstat(path, &about) == -1) {
    printf("%s: %s\n", name, errno_name(errno));
    return;
  }
  printf("%s: %o, %s\n", name, about.st_mode, about.st_uid == geteuid() ? "own" : "of another");
}

static void show_namespace(const char *kind) {
  char path[64], text[64] = "", wanted[64];
  struct stat about;
  snprintf(path, sizeof path, "/proc/self/ns/%s", kind);
  const long length = readlink(path, text, sizeof text - 1);
  must(stat(path, &about));
  snprintf(wanted, sizeof wanted, "%s:[%lu]", kind, (unsigned long)about.st_ino);
  printf("%s: %s, %o\n", kind, length > 0 && strcmp(text, wanted) == 0 ? "agrees" : text,
         about.st_mode);
}

static void not_dumpable(void) {
  must(prctl(PR_SET_DUMPABLE, 0));
  struct stat about;
  must(stat("/proc/self/environ", &about));
  printf("environ of root: %d\n", about.st_uid == 0);
  must(stat("/proc/self", &about));
  printf("directory own: %d\n", about.st_uid == geteuid());
  must(stat("/proc/self/fd", &about));
  printf("fd of root: %d\n", about.st_uid == 0);
  show_ok(open("/proc/self/fd", O_RDONLY | O_DIRECTORY));
  show_ok(open("/proc/self/status", O_RDONLY));
  must(prctl(PR_SET_DUMPABLE, 1));
  must(stat("/proc/self/environ", &about));
  printf("environ own again: %d\n", about.st_uid == geteuid());
}

int main(void) {
  static const char *const kNames[] = {
      "auxv",      "cgroup",        "cmdline",       "comm",  "coredump_filter",
      "cwd",       "environ",       "exe",           "fd",    "gid_map",
      "io",        "limits",        "maps",          "mem",   "mountinfo",
      "mounts",    "mountstats",    "net",           "ns",    "oom_adj",
      "oom_score", "oom_score_adj", "pagemap",       "root",  "setgroups",
      "smaps",     "smaps_rollup",  "stat",          "statm", "status",
      "task",      "uid_map",       "timerslack_ns", "wchan", "nothing",
      "syscall",   "personality"};
  for (size_t i = 0; i < sizeof kNames / sizeof kNames[0]; i++) show_mode(kNames[i]);
  static const char *const kKinds[] = {"ipc", "mnt", "net", "pid", "user", "uts"};
  for (size_t i = 0; i < sizeof kKinds / sizeof kKinds[0]; i++) show_namespace(kKinds[i]);
  not_dumpable();
  return 0;
}
