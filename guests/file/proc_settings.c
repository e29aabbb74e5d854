// proc(5): what a process can change about itself by writing: comm, oom_score_adj and oom_adj,
// coredump_filter, timerslack_ns.
// covers: openat write prctl
#include "guest.h"
#include <sys/prctl.h>

static const char *get(const char *name) {
  static char text[200];
  char path[64];
  snprintf(path, sizeof path, "/proc/self/%s", name);
  const int fd = (int)must(open(path, O_RDONLY));
  const long length = must(read(fd, text, sizeof text - 1));
  text[length] = 0;
  must(close(fd));
  return text;
}

static void put_in(const char *folder, const char *name, const char *value, size_t size) {
  char path[64];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  const int fd = (int)must(open(path, O_WRONLY | O_TRUNC));
  const long written = write(fd, value, size);
  printf("%s = \"%.*s\": %s\n", name, (int)strcspn(value, "\n"), value,
         written == (long)size ? "ok"
         : written == -1       ? errno_name(errno)
                               : "some");
  must(close(fd));
}

static void put(const char *name, const char *value) {
  put_in("/proc/self", name, value, strlen(value));
}

static void name_of_a_process(void) {
  put("comm", "short");
  printf("%s", get("comm"));
  put("comm", "a name longer than fifteen bytes");
  printf("%s", get("comm"));
  char name[16];
  must(prctl(PR_GET_NAME, name));
  printf("%s\n", name);
  put("comm", "");
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    for (;;) pause();
  }
  char folder[40];
  snprintf(folder, sizeof folder, "/proc/%d", pid);
  put_in(folder, "comm", "another", 7);
  must(kill(pid, SIGKILL));
  wait_for(pid);
  put("comm", "last");
  const char *status = get("status");
  printf("%.*s\n", (int)strcspn(status, "\n"), status);
}

static void child(void) {
  printf("child: %s", get("oom_score_adj"));
  printf("child: %s", get("coredump_filter"));
}

int main(void) {
  name_of_a_process();
  put("oom_score_adj", "900");
  printf("%s", get("oom_score_adj"));
  printf("%s", get("oom_adj"));
  put("oom_score_adj", " 1000\n");
  printf("%s", get("oom_score_adj"));
  printf("%s", get("oom_adj"));
  put("oom_score_adj", "1001");
  put("oom_score_adj", "-1001");
  put("oom_score_adj", "twelve");
  put("oom_score_adj", "12 13");
  put("oom_adj", "16");
  put("oom_adj", "-18");
  printf("%s", get("oom_score_adj"));
  put("coredump_filter", "0x7f");
  printf("%s", get("coredump_filter"));
  put("coredump_filter", "16\n");
  printf("%s", get("coredump_filter"));
  put("coredump_filter", "all");
  print_status("child", in_child(child));
  const long slack = prctl(PR_GET_TIMERSLACK);
  put("timerslack_ns", "70000");
  show(prctl(PR_GET_TIMERSLACK));
  printf("%s", get("timerslack_ns"));
  put("timerslack_ns", "0");
  expect(prctl(PR_GET_TIMERSLACK) == slack);
  put("timerslack_ns", "some");
  return 0;
}
