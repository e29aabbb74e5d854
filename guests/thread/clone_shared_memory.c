// clone(2) with CLONE_VM and without CLONE_THREAD: a process of its own in the caller's memory,
// whose end, exec and fatal signal are its own, with signal actions shared or not; CLONE_PARENT
// makes a sibling, which has the maker's exit signal.
// covers: clone wait4 kill rt_sigaction execve exit_group
#include "guest.h"
#include "thread.h"

static atomic_int word, cleared;
static long seen_pid, seen_tid, seen_parent;
static const char *self_path;

static int look(void *unused) {
  (void)unused;
  seen_pid = raw(SYS_getpid);
  seen_tid = raw(SYS_gettid);
  seen_parent = raw(SYS_getppid);
  atomic_store(&word, 5);
  return 7;
}
static int leave_group(void *unused) {
  (void)unused;
  raw(SYS_exit_group, 9);
  return 0;
}
static int sleep_for_ever(void *unused) {
  (void)unused;
  while (atomic_load(&word) == 100) raw(SYS_futex, &word, kFutexWait, 100, NULL);
  return 0;
}
static int ignore_usr1(void *unused) {
  (void)unused;
  static const unsigned long action[4] = {1};  // SIG_IGN, in the kernel's own structure
  return (int)raw(SYS_rt_sigaction, SIGUSR1, action, NULL, 8L);
}
static int execute(void *unused) {
  (void)unused;
  const char *const arguments[] = {self_path, "exec", NULL}, *const environment[] = {NULL};
  raw(SYS_execve, "/proc/self/exe", arguments, environment);
  return 77;
}

static pid_t make(unsigned long flags, int (*body)(void *)) {
  atomic_store(&cleared, -1);
  const long pid = raw_clone(flags, new_stack(), NULL, &cleared, 0, body, NULL);
  must(pid < 0 ? -1 : 0);
  return (pid_t)pid;
}

static int wait_all(pid_t pid) {
  int status = -1;
  must(waitpid(pid, &status, __WALL));
  return status;
}

static bool usr1_ignored(void) {
  struct sigaction now;
  must(sigaction(SIGUSR1, NULL, &now));
  return now.sa_handler == SIG_IGN;
}

static void ends(void) {
  pid_t pid = make(CLONE_VM | CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | SIGCHLD, look);
  until_cleared(&cleared);
  show(word);
  print_status("end", wait_all(pid));
  expect(seen_pid == pid && seen_tid == pid && seen_parent == getpid());
  print_status("exit_group", wait_all(make(CLONE_VM | SIGCHLD, leave_group)));
  print_status("exit_group, more shared",
               wait_all(make(CLONE_VM | CLONE_FILES | CLONE_FS | CLONE_SIGHAND, leave_group)));
  atomic_store(&word, 100);
  pid = make(CLONE_VM | CLONE_CHILD_CLEARTID | CLONE_SIGHAND | SIGCHLD, sleep_for_ever);
  until_state(pid, pid, 'S');
  show(kill(pid, SIGKILL));
  until_cleared(&cleared);
  print_status("killed", wait_all(pid));
  // Exec leaves the memory, and clears the word in it.
  pid = make(CLONE_VM | CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | CLONE_FILES | SIGCHLD, execute);
  until_cleared(&cleared);
  print_status("exec", wait_all(pid));
}

static void actions(void) {
  print_status("actions copied", wait_all(make(CLONE_VM | SIGCHLD, ignore_usr1)));
  expect(usr1_ignored());
  print_status("actions shared", wait_all(make(CLONE_VM | CLONE_SIGHAND | SIGCHLD, ignore_usr1)));
  expect(usr1_ignored());
  must(signal(SIGUSR1, SIG_DFL) == SIG_ERR ? -1 : 0);
  // Exec resets actions of its own copy only.
  print_status("exec with shared actions",
               wait_all(make(CLONE_VM | CLONE_SIGHAND | SIGCHLD, execute)));
}

static void siblings(void) {
  static const unsigned long kFlags[] = {0, CLONE_VM, CLONE_VM | CLONE_SIGHAND};
  for (int i = 0; i < 3; ++i) {
    int channel[2];
    must(pipe(channel));
    const pid_t child = (pid_t)must(fork());
    if (child == 0) {
      const pid_t sibling = make(kFlags[i] | CLONE_PARENT, look);
      must(write(channel[1], &sibling, sizeof sibling));
      _exit(waitpid(sibling, NULL, __WALL) == -1 && errno == ECHILD ? 3 : 4);
    }
    pid_t sibling;
    must(read(channel[0], &sibling, sizeof sibling));
    int status = -1;
    expect(waitpid(sibling, &status, 0) == sibling);
    print_status("sibling", status);
    print_status("maker", wait_for(child));
    must(close(channel[0]));
    must(close(channel[1]));
  }
}

int main(int argc, char **argv) {
  if (argc > 1) return 11;
  self_path = argv[0];
  ends();
  actions();
  siblings();
  return 0;
}
