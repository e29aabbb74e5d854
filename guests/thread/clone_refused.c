// clone(2), clone3(2): flags that contradict each other are EINVAL and make nothing, whatever else
// is among them; structs of a wrong size, E2BIG or EINVAL; addresses out of reach, EFAULT.
// covers: clone clone3
#include "guest.h"
#include "thread.h"
#include "unprivileged.h"

struct args {
  uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid,
      set_tid_size, cgroup;
};

enum { kDetached = 0x00400000, kAll = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD };
static const uint64_t kClearSighand = 1ull << 32;

static char *stack_end;

static int leave(void *unused) {
  (void)unused;
  raw(SYS_exit, 0);
  return 0;
}

static void refused(const char *name, unsigned long flags) {
  static int word;
  const long made = raw_clone(flags, stack_end, &word, &word, 0, leave, NULL);
  printf("%s: %s\n", name, made < 0 ? errno_name((int)-made) : "made");
  if (made > 0) waitpid((pid_t)made, NULL, __WALL);
}
#define refuse(flags) refused(#flags, flags)

static void refused3(const char *name, struct args args, size_t size) {
  const long made = raw_clone3(&args, size, leave, NULL);
  printf("%s: %s\n", name, made < 0 ? errno_name((int)-made) : "made");
  if (made > 0) waitpid((pid_t)made, NULL, __WALL);
}

static void by_clone(void) {
  refuse(CLONE_SIGHAND | SIGCHLD);
  refuse(CLONE_SIGHAND | CLONE_FS | CLONE_FILES | SIGCHLD);
  refuse(CLONE_THREAD | SIGCHLD);
  refuse(CLONE_THREAD | CLONE_VM);
  refuse(CLONE_THREAD | CLONE_SIGHAND);
  refuse(CLONE_THREAD | CLONE_VM | CLONE_FS | CLONE_FILES);
  refuse(CLONE_FS | CLONE_NEWNS | SIGCHLD);
  refuse(CLONE_FS | CLONE_NEWUSER | SIGCHLD);
  refuse(CLONE_FS | CLONE_NEWNS | CLONE_VM | SIGCHLD);
  refuse(kAll | CLONE_NEWPID);
  refuse(kAll | CLONE_NEWUSER);
  refuse(kAll | CLONE_NEWUSER | CLONE_NEWPID);
  refuse(kAll | CLONE_FS | CLONE_NEWNS);
  refuse(CLONE_PIDFD | kDetached | SIGCHLD);
  refuse(CLONE_PIDFD | CLONE_PARENT_SETTID | SIGCHLD);
  refuse(kAll | CLONE_PIDFD | kDetached);
  show(waitpid(-1, NULL, __WALL));
}

static void by_clone3(void) {
  const size_t size = sizeof(struct args);
  const uint64_t stack = (uintptr_t)stack_end - kPage;
  refused3("thread and signal",
           (struct args){.flags = kAll, .exit_signal = 1, .stack = stack, .stack_size = kPage},
           size);
  refused3("parent and signal", (struct args){.flags = kAll | CLONE_PARENT, .exit_signal = SIGCHLD},
           size);
  refused3("thread without sighand", (struct args){.flags = CLONE_THREAD | CLONE_VM}, size);
  refused3("sighand, and cleared", (struct args){.flags = kAll | kClearSighand}, size);
  refused3("sighand without vm", (struct args){.flags = CLONE_SIGHAND}, size);
  refused3("detached", (struct args){.flags = kAll | kDetached}, size);
  refused3("bit 40", (struct args){.flags = kAll | 1ull << 40}, size);
  refused3("a signal among the flags", (struct args){.flags = kAll | SIGCHLD}, size);
  refused3("new user", (struct args){.flags = kAll | CLONE_NEWUSER}, size);
  static int word;
  refused3("two numbers in one word",
           (struct args){.flags = CLONE_PIDFD | CLONE_PARENT_SETTID,
                         .pidfd = (uintptr_t)&word,
                         .parent_tid = (uintptr_t)&word,
                         .exit_signal = SIGCHLD},
           size);
  refused3("stack alone", (struct args){.flags = kAll, .stack = stack}, size);
  refused3("stack size alone", (struct args){.flags = kAll, .stack_size = kPage}, size);
  refused3("stack of the kernel's",
           (struct args){.flags = kAll, .stack = 1ull << 63, .stack_size = kPage}, size);
  refused3("stack as long as memory",
           (struct args){.flags = kAll, .stack = stack, .stack_size = ~0ull}, size);
  refused3("stack beyond the end",
           (struct args){.flags = kAll, .stack = stack, .stack_size = 1ull << 63}, size);
  refused3("63 bytes", (struct args){.exit_signal = SIGCHLD}, 63);
  refused3("0 bytes", (struct args){.exit_signal = SIGCHLD}, 0);
  refused3("a page and a byte", (struct args){.exit_signal = SIGCHLD}, kPage + 1);
  static char longer[kPage];
  longer[kPage - 1] = 1;
  printf("unknown last byte: %s\n", errno_name((int)-raw_clone3(longer, kPage, leave, NULL)));
  printf("nowhere: %s\n", errno_name((int)-raw_clone3(NULL, size, leave, NULL)));
  const struct args plain = {.exit_signal = SIGCHLD};
  printf("over the edge: %s\n", errno_name((int)-raw_clone3(at_edge(&plain, 64), 72, leave, NULL)));
  show(waitpid(-1, NULL, __WALL));
}

// A wanted id: of somebody else, not allowed, or of a form that no id has.
static void wanted_ids(void) {
  const size_t size = sizeof(struct args);
  int id[2] = {getpid(), 1};
  const struct args one = {.exit_signal = SIGCHLD, .set_tid = (uintptr_t)id, .set_tid_size = 1};
  const long made = raw_clone3(&one, size, leave, NULL);
  printf("own id: %s\n", made == -EEXIST || made == -EPERM ? "refused" : "made");
  id[0] = -1;
  refused3("id -1", one, size);
  id[0] = 0;
  refused3("id 0", one, size);
  id[0] = 1 << 30;
  refused3("id too large", one, size);
  id[0] = getpid();
  refused3("33 ids", (struct args){.set_tid = (uintptr_t)id, .set_tid_size = 33}, size);
  refused3("ids nowhere", (struct args){.set_tid = 8, .set_tid_size = 1}, size);
  refused3("no ids, a size", (struct args){.set_tid_size = 1}, size);
  refused3("ids, no size", (struct args){.set_tid = (uintptr_t)id}, size);
  become_unprivileged();
  id[0] = getpid();
  refused3("own id, unprivileged", one, size);
  refused3("own id for a thread, unprivileged",
           (struct args){.flags = kAll,
                         .stack = (uintptr_t)stack_end - kPage,
                         .stack_size = kPage,
                         .set_tid = (uintptr_t)id,
                         .set_tid_size = 1},
           size);
}

// A signal that is none is no error of clone(2): there is none at the end.
static void odd_signals(void) {
  const long child = raw_clone(100, NULL, NULL, NULL, 0, leave, NULL);
  expect(child > 0);
  show(waitpid((pid_t)child, NULL, 0));
  int status = -1;
  expect(waitpid((pid_t)child, &status, __WCLONE) == child);
  print_status("signal 100", status);
}

int main(void) {
  stack_end = new_stack();
  by_clone();
  by_clone3();
  odd_signals();
  print_status("ids", in_child(wanted_ids));
  return 0;
}
