// pthread_exit(3), exit(2) in the first thread: the process goes on without it, under its id, as a
// zombie that takes signals, executes and stops; its parent is told only when the last thread ends
// or one ends them all.
// covers: exit exit_group wait4 kill tgkill execve ppoll pidfd_open
#include "guest.h"
#include "thread.h"
#include <poll.h>
#include <sys/prctl.h>

static int to_child[2], to_parent[2];
static pthread_t first;
static atomic_int handled_by;

static void handler(int number) {
  (void)number;
  atomic_store(&handled_by, self_id());
}

static char command(void) {
  char byte = 0;
  must(read(to_child[0], &byte, 1));
  return byte;
}
static void answer(char byte) { must(write(to_parent[1], &byte, 1)); }

static void look_around(void) {
  char path[64], text[256];
  show(getppid() > 0 && getpid() != self_id());
  printf("first thread %c\n", thread_state(getpid(), getpid()));
  show(readlink("/proc/self/exe", text, sizeof text));
  show(access("/proc/thread-self/comm", R_OK));
  snprintf(path, sizeof path, "/proc/self/task/%d", self_id());
  show(access(path, R_OK));
  show(kill(getpid(), 0));
  show(syscall(SYS_tgkill, getpid(), getpid(), 0));
  // Nobody but this thread can take it.
  show(kill(getpid(), SIGUSR1));
  expect(atomic_load(&handled_by) == self_id());
  fflush(stdout);
}

static void *obey(void *unused) {
  (void)unused;
  char *const arguments[] = {"program", "exec", NULL};
  until_state(getpid(), getpid(), 'Z');
  answer('z');
  for (;;) {
    switch (command()) {
      case 'l': look_around(); break;
      case 'e': execv("/proc/thread-self/exe", arguments); break;
      case 'g': syscall(SYS_exit_group, 7); break;
      case 'x': syscall(SYS_exit, 4); break;
      case 'n': break;
      case 'j': show_error(pthread_join(first, NULL)); break;
      case 'p': return NULL;
      case 'f': *(volatile char *)8 = 1; break;
    }
    answer('d');
  }
}

static atomic_uint closed;
static void *wait_for_ever(void *unused) {
  (void)unused;
  pass_gate(&closed);
  return NULL;
}

static int lead(const char *by_libc) {
  first = pthread_self();
  install_handler(SIGUSR1, handler, 0);
  struct thread *const threads = calloc(2, sizeof *threads);
  start(&threads[0], obey, NULL);
  if (strcmp(by_libc, "yes") == 0) pthread_exit(NULL);
  start(&threads[1], wait_for_ever, NULL);
  return (int)syscall(SYS_exit, 4);
}

// A process whose first thread has ended, in one way or the other. It executes, because musl's
// fork leaves the kernel without a word to clear at that thread's end.
static pid_t make(bool by_libc) {
  must(pipe(to_child));
  must(pipe(to_parent));
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    must(close(to_child[1]));
    must(dup2(to_child[0], 20));
    must(dup2(to_parent[1], 21));
    execl("/proc/self/exe", "program", "lead", by_libc ? "yes" : "no", NULL);
  }
  char byte;
  must(read(to_parent[0], &byte, 1));
  return child;
}

static void tell(char byte) { must(write(to_child[1], &byte, 1)); }
static void ask(char byte) {
  tell(byte);
  must(read(to_parent[0], &byte, 1));
}
static void finish(const char *what, pid_t child) {
  print_status(what, wait_for(child));
  must(close(to_child[0]) | close(to_child[1]) | close(to_parent[0]) | close(to_parent[1]));
}

static void stopped_and_continued(pid_t child) {
  int status;
  must(kill(child, SIGSTOP));
  must(waitpid(child, &status, WUNTRACED));
  print_status("without its first thread", status);
  must(kill(child, SIGCONT));
  must(waitpid(child, &status, WCONTINUED));
  print_status("without its first thread", status);
}

int main(int argc, char **argv) {
  if (argc > 2) {
    to_child[0] = 20;
    to_parent[1] = 21;
    return lead(argv[2]);
  }
  if (argc > 1) return getpid() == self_id() && thread_state(getpid(), getpid()) == 'R' ? 15 : 16;
  pid_t child = make(true);
  struct pollfd entry = {.fd = (int)must(syscall(SYS_pidfd_open, child, 0)), .events = POLLIN};
  ask('l');
  ask('j');
  show(poll(&entry, 1, 0));
  show(waitpid(child, NULL, WNOHANG));
  stopped_and_continued(child);
  tell('g');
  show(poll(&entry, 1, -1));
  finish("exit_group", child);
  must(close(entry.fd));
  child = make(true);
  tell('p');
  finish("last thread returns", child);
  child = make(false);
  ask('l');
  stopped_and_continued(child);
  tell('e');
  finish("exec", child);
  child = make(false);
  tell('f');
  finish("fault", child);
  child = make(false);
  must(kill(child, SIGTERM));
  finish("signal", child);
  child = make(false);
  // One for the ended thread itself is nobody's.
  show(syscall(SYS_tgkill, child, child, SIGKILL));
  ask('n');
  must(syscall(SYS_kill, child, SIGKILL));
  finish("SIGKILL", child);
  child = make(false);
  tell('x');
  tell('g');
  show(waitpid(child, NULL, WNOHANG));
  must(kill(child, SIGKILL));
  finish("one more thread ended", child);
  return 0;
}
