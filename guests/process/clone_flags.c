// clone(2): CLONE_FS and CLONE_FILES share the directory and the descriptors, without them they are
// copies; the three TID flags write the child's id where asked; contradictions are EINVAL.
// covers: clone wait4 chdir getcwd close fcntl umask
#include "guest.h"

static long raw_clone(unsigned long flags, int *parent_tid, int *child_tid) {
#if defined(__x86_64__)
  return syscall(SYS_clone, flags, 0L, parent_tid, child_tid, 0L);
#else
  return syscall(SYS_clone, flags, 0L, parent_tid, 0L, child_tid);
#endif
}

static void share_or_copy(const char *name, unsigned long flags) {
  const int fd = (int)must(open("/dev/null", O_RDONLY));
  must(chdir("/"));
  umask(022);
  const pid_t pid = (pid_t)must(raw_clone(flags | SIGCHLD, NULL, NULL));
  if (pid == 0) {
    close(fd);
    chdir("/dev");
    umask(077);
    _exit(0);
  }
  print_status(name, wait_for(pid));
  char directory[100];
  must(getcwd(directory, sizeof directory) == NULL ? -1 : 0);
  const bool open_still = fcntl(fd, F_GETFD) != -1;
  printf("directory %s, umask %03o, descriptor %s\n", directory, umask(022),
         open_still ? "open" : "closed");
  if (open_still) must(close(fd));
}

int main(void) {
  share_or_copy("plain", 0);
  share_or_copy("CLONE_FS", CLONE_FS);
  share_or_copy("CLONE_FILES", CLONE_FILES);
  share_or_copy("CLONE_FS|CLONE_FILES", CLONE_FS | CLONE_FILES);

  static int parent_tid, *shared;
  shared = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must((long)shared);
  const pid_t pid = (pid_t)must(
      raw_clone(CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | SIGCHLD, &parent_tid, shared));
  if (pid == 0) _exit(*shared == (int)syscall(SYS_gettid) ? 0 : 1);
  expect(parent_tid == pid);
  print_status("child that finds its id", wait_for(pid));
  expect(*shared == pid);

  const pid_t cleared = (pid_t)must(raw_clone(CLONE_CHILD_CLEARTID | SIGCHLD, NULL, shared));
  if (cleared == 0) _exit(0);
  print_status("child with CLEARTID", wait_for(cleared));
  // Cleared only where memory is shared with someone else, which here it is not.
  expect(*shared == pid);

  const pid_t silent = (pid_t)must(raw_clone(0, NULL, NULL));
  if (silent == 0) _exit(3);
  show(waitpid(silent, NULL, 0));
  int status = -1;
  expect(waitpid(silent, &status, __WCLONE) == silent);
  print_status("child without a signal", status);

  show(raw_clone(CLONE_SIGHAND | SIGCHLD, NULL, NULL));
  show(raw_clone(CLONE_THREAD | CLONE_VM | SIGCHLD, NULL, NULL));
  show(raw_clone(CLONE_THREAD | CLONE_SIGHAND | SIGCHLD, NULL, NULL));
  show(raw_clone(CLONE_FS | CLONE_NEWNS | SIGCHLD, NULL, NULL));
  show(wait(NULL));
  return 0;
}
