// prctl(2), PR_SET_NAME: the name is cut at 15 bytes, inherited by fork, readable in
// /proc/self/comm and replaced by execve; unknown operations are EINVAL.
// covers: prctl execve
#include "guest.h"
#include <sys/prctl.h>

static void show_name(const char *when) {
  char name[17] = "................";
  must(prctl(PR_GET_NAME, name));
  char comm[32] = "";
  const int fd = (int)must(open("/proc/self/comm", O_RDONLY));
  must(read(fd, comm, sizeof comm - 1));
  must(close(fd));
  printf("%s: \"%s\", comm %s", when, name, comm);
}

static void child(void) { show_name("child"); }

int main(void) {
  show(prctl(PR_SET_NAME, "short"));
  show_name("short");
  show(prctl(PR_SET_NAME, "a name of more than fifteen bytes"));
  show_name("long");
  print_status("child", in_child(child));
  show(prctl(PR_SET_NAME, ""));
  show_name("empty");
  show(prctl(PR_SET_NAME, -1L));
  show(prctl(0x7fffffff, 0, 0, 0, 0));
  show(prctl(PR_GET_DUMPABLE));
  show(prctl(PR_SET_DUMPABLE, 7));
  show(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  show(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  return 0;
}
