// clone3(2): fork by a struct whose size tells its version; CLONE_PIDFD, CLONE_CLEAR_SIGHAND and
// each rule about what does not go together.
// covers: clone3
#include "guest.h"
#include <linux/sched.h>

struct args {
  uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid,
      set_tid_size, cgroup;
};

static long call(struct args args, size_t size) {
  const long pid = syscall(SYS_clone3, &args, size);
  if (pid == 0) _exit(5);
  return pid;
}

static void refused(const char *what, struct args args, size_t size) {
  const long pid = call(args, size);
  printf("%s: %s\n", what, pid == -1 ? errno_name(errno) : "made");
  if (pid > 0) wait_for((pid_t)pid);
}

static void handler(int number) { (void)number; }

int main(void) {
  const struct args plain = {.exit_signal = SIGCHLD};
  print_status("plain", wait_for((pid_t)must(call(plain, sizeof plain))));
  print_status("size 64", wait_for((pid_t)must(call(plain, 64))));
  struct {
    struct args args;
    uint64_t more;
  } longer = {plain, 0};
  long pid = syscall(SYS_clone3, &longer, sizeof longer);
  if (pid == 0) _exit(6);
  print_status("longer", wait_for((pid_t)pid));
  longer.more = 1;
  show(syscall(SYS_clone3, &longer, sizeof longer));
  refused("size 63", plain, 63);
  show(syscall(SYS_clone3, &plain, 5000));
  show(syscall(SYS_clone3, NULL, sizeof plain));
  show(syscall(SYS_clone3, at_edge(&plain, 64), 80));

  int told = -1, parent_tid = 0;
  struct args with_fd = plain;
  with_fd.flags = CLONE_PIDFD | CLONE_PARENT_SETTID;
  with_fd.pidfd = (uintptr_t)&told;
  with_fd.parent_tid = (uintptr_t)&parent_tid;
  pid = must(call(with_fd, sizeof with_fd));
  expect(parent_tid == pid);
  expect(fcntl(told, F_GETFD) == FD_CLOEXEC);
  siginfo_t info = {0};
  show(waitid(3 /* P_PIDFD */, (id_t)told, &info, WEXITED));
  expect(info.si_pid == pid && info.si_status == 5);

  must(signal(SIGUSR1, handler) == SIG_ERR ? -1 : 0);
  must(signal(SIGUSR2, SIG_IGN) == SIG_ERR ? -1 : 0);
  struct args clear = plain;
  clear.flags = 0x100000000;  // CLONE_CLEAR_SIGHAND
  pid = syscall(SYS_clone3, &clear, sizeof clear);
  if (pid == 0) {
    struct sigaction one, two;
    sigaction(SIGUSR1, NULL, &one);
    sigaction(SIGUSR2, NULL, &two);
    _exit((one.sa_handler == SIG_DFL) | (two.sa_handler == SIG_IGN) << 1);
  }
  print_status("cleared", wait_for((pid_t)pid));

  refused("unknown flag", (struct args){.flags = 1ull << 40}, sizeof plain);
  refused("detached", (struct args){.flags = 0x00400000}, sizeof plain);
  refused("signal in flags", (struct args){.flags = SIGCHLD}, sizeof plain);
  refused("signal 65", (struct args){.exit_signal = 65}, sizeof plain);
  refused("signal 256", (struct args){.exit_signal = 256}, sizeof plain);
  refused("thread and signal",
          (struct args){.flags = CLONE_THREAD | CLONE_SIGHAND | CLONE_VM, .exit_signal = SIGCHLD},
          sizeof plain);
  refused("parent and signal", (struct args){.flags = CLONE_PARENT, .exit_signal = SIGCHLD},
          sizeof plain);
  refused("sighand without vm", (struct args){.flags = CLONE_SIGHAND}, sizeof plain);
  refused("sighand twice", (struct args){.flags = CLONE_SIGHAND | CLONE_VM | 0x100000000},
          sizeof plain);
  refused("stack without size", (struct args){.stack = 0x10000}, sizeof plain);
  refused("size without stack", (struct args){.stack_size = 4096}, sizeof plain);
  refused("set_tid without size", (struct args){.set_tid = 0x10000}, sizeof plain);
  refused("set_tid_size alone", (struct args){.set_tid_size = 1}, sizeof plain);
  refused("set_tid_size 33", (struct args){.set_tid = 0x10000, .set_tid_size = 33}, sizeof plain);
  refused("set_tid unreadable", (struct args){.set_tid = 16, .set_tid_size = 1}, sizeof plain);
  const int zero = 0;
  refused("pid 0", (struct args){.set_tid = (uintptr_t)&zero, .set_tid_size = 1}, sizeof plain);
  refused("cgroup too big", (struct args){.flags = 1ull << 33, .cgroup = 1ull << 31}, sizeof plain);
  refused("cgroup in a short struct", (struct args){.flags = 1ull << 33}, 80);
  return 0;
}
