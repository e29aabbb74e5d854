// ioprio_set(2): an I/O priority is kept, told back, inherited by fork and kept by execve; of a
// group the best is told.
// covers: ioprio_set ioprio_get clone execve
#include "guest.h"

enum { kProcess = 1, kGroup = 2, kBestEffort = 2 << 13, kIdle = 3 << 13 };

static long get(int which, int who) { return syscall(SYS_ioprio_get, which, who); }
static long set(int which, int who, int priority) {
  return syscall(SYS_ioprio_set, which, who, priority);
}

int main(int argc, char **argv) {
  if (argc > 1) {
    printf("after exec: %#lx\n", get(kProcess, 0));
    return 0;
  }
  must(setpgid(0, 0));
  show(set(kProcess, 0, kBestEffort | 6));
  printf("%#lx\n", get(kProcess, 0));
  printf("%#lx\n", get(kProcess, getpid()));
  int hold[2], ready[2];
  char byte;
  must(pipe(hold));
  must(pipe(ready));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    close(hold[1]);
    const long inherited = get(kProcess, 0);
    must(write(ready[1], "r", 1));
    must(read(hold[0], &byte, 1) == 0 ? 0 : -1);
    printf("child: inherited %#lx, now %#lx\n", inherited, get(kProcess, 0));
    set(kProcess, 0, kIdle);
    _exit(0);
  }
  must(read(ready[0], &byte, 1));
  show(set(kProcess, pid, kBestEffort | 2));
  printf("own %#lx, child's %#lx\n", get(kProcess, 0), get(kProcess, pid));
  printf("group's best %#lx\n", get(kGroup, 0));
  show(set(kGroup, 0, kBestEffort | 5));
  printf("own %#lx, child's %#lx\n", get(kProcess, 0), get(kProcess, pid));
  close(hold[1]);
  print_status("child", wait_for(pid));
  show(set(kProcess, 0, kIdle));
  printf("%#lx\n", get(kProcess, 0));
  char *const arguments[] = {argv[0], (char *)"again", NULL};
  must(execve("/proc/self/exe", arguments, NULL));
  return 1;
}
