// unshare(2), setns(2): a thread may leave the directory and the descriptors it shares with the
// others, which then change without it; memory, handlers and the process itself it cannot leave
// while it has company; close_range(2) unshares too.
// covers: unshare close_range chdir umask close fcntl kcmp
#include "guest.h"
#include "thread.h"

enum { kFile = 0, kVm = 1, kFiles = 2, kFs = 3, kSighand = 4 };

static atomic_uint changed, gate;
static int fd, second;

static int compare(int a, int b, int kind) { return (int)syscall(SYS_kcmp, a, b, kind, 0, 0); }

static void *leave(void *unused) {
  (void)unused;
  show(unshare(CLONE_THREAD));
  show(unshare(CLONE_SIGHAND));
  show(unshare(CLONE_VM));
  show(unshare(CLONE_NEWUSER));
  show(unshare(1));
  show(unshare(CLONE_SYSVSEM));
  show(unshare(CLONE_FILES));
  show(unshare(CLONE_FS));
  must(chdir("/dev"));
  umask(077);
  must(close(fd));
  const int own = (int)must(open("/dev/null", O_RDONLY));
  expect(own == fd);
  must(dup2(own, 200));
  open_gate(&changed);
  pass_gate(&gate);
  char directory[64];
  must(getcwd(directory, sizeof directory) == NULL ? -1 : 0);
  puts(directory);
  show(umask(022));
  return (void *)(long)fcntl(second, F_GETFD);
}

static void *close_all(void *unused) {
  // The last flag of close_range: a table of its own first.
  const long result = syscall(SYS_close_range, fd, ~0u, 2);
  const bool closed = fcntl(fd, F_GETFD) == -1;
  open_gate(&changed);
  pass_gate(&gate);
  (void)unused;
  return (void *)(result == 0 && closed ? 1L : 0L);
}

static void *compare_with_first(void *unused) {
  (void)unused;
  return (void *)(long)(compare(getpid(), self_id(), kVm) | compare(getpid(), self_id(), kFiles) |
                        compare(getpid(), self_id(), kFs) | compare(getpid(), self_id(), kSighand));
}

int main(void) {
  struct thread thread;
  char directory[64];
  must(chdir("/"));
  umask(022);
  // With memory like this process has alone: no company, nothing to leave.
  show(unshare(CLONE_VM));
  show(unshare(CLONE_SIGHAND));
  show(unshare(CLONE_THREAD));
  start(&thread, compare_with_first, NULL);
  show((long)join(&thread));
  fd = (int)must(open("/dev/zero", O_RDONLY));
  second = (int)must(open("/dev/null", O_RDONLY));
  start(&thread, leave, NULL);
  pass_gate(&changed);
  must(getcwd(directory, sizeof directory) == NULL ? -1 : 0);
  puts(directory);
  show(umask(022));
  char byte = 1;
  show(read(fd, &byte, 1));
  show(fcntl(200, F_GETFD));
  must(close(second));
  expect(compare(getpid(), thread.tid, kVm) == 0 && compare(getpid(), thread.tid, kSighand) == 0);
  expect(compare(getpid(), thread.tid, kFiles) != 0 && compare(getpid(), thread.tid, kFs) != 0);
  open_gate(&gate);
  show((long)join(&thread));
  atomic_store(&changed, 0);
  atomic_store(&gate, 0);
  start(&thread, close_all, NULL);
  pass_gate(&changed);
  show(fcntl(fd, F_GETFD));
  open_gate(&gate);
  show((long)join(&thread));
  return 0;
}
