// clone(2) with CLONE_VFORK in a thread: that thread alone waits until the child executes or ends,
// signals for it wait too, and the others go on; a fatal signal ends the waiting thread's process
// and leaves the child.
// covers: clone wait4 execve read write tgkill kill
#include "guest.h"
#include "thread.h"

static int channel[2], life[2];
static atomic_int returned, handled, child;
static int (*child_body)(void *);

// From here on its maker is in the kernel.
static void begin(void) { atomic_store(&child, (int)raw(SYS_getpid)); }
static void until_begun(void) {
  while (atomic_load(&child) == 0) sched_yield();
  until_state(child, child, 'S');
}

static int read_and_exit(void *unused) {
  (void)unused;
  char byte;
  begin();
  return raw(SYS_read, channel[0], &byte, 1) == 1 ? 7 : 8;
}

static int read_and_exec(void *unused) {
  (void)unused;
  char byte;
  begin();
  raw(SYS_read, channel[0], &byte, 1);
  static const char *const arguments[] = {"program", "exec", NULL}, *const environment[] = {NULL};
  raw(SYS_execve, "/proc/self/exe", arguments, environment);
  return 77;
}

static int read_and_die(void *unused) {
  (void)unused;
  char byte;
  begin();
  raw(SYS_read, channel[0], &byte, 1);
  raw(SYS_kill, raw(SYS_getpid), SIGKILL);
  return 77;
}

static int wait_for_end(void *unused) {
  (void)unused;
  char byte;
  begin();
  raw(SYS_close, channel[1]);
  while (raw(SYS_read, channel[0], &byte, 1) != 0) {
  }
  return 0;
}

static void *vfork_thread(void *stack) {
  raw_clone(CLONE_VM | CLONE_VFORK | SIGCHLD, stack, NULL, NULL, 0, child_body, NULL);
  atomic_store(&returned, 1);
  return NULL;
}

static void handler(int number) {
  (void)number;
  atomic_fetch_add(&handled, 1);
}

static void run(const char *what, int (*body)(void *)) {
  atomic_store(&returned, 0);
  atomic_store(&handled, 0);
  atomic_store(&child, 0);
  child_body = body;
  struct thread thread;
  start(&thread, vfork_thread, new_stack());
  until_begun();
  must(syscall(SYS_tgkill, getpid(), thread.tid, SIGUSR1));
  for (int i = 0; i < 20; ++i) sched_yield();
  printf("%s: returned %d, handled %d\n", what, atomic_load(&returned), atomic_load(&handled));
  must(write(channel[1], "x", 1));
  join(&thread);
  printf("returned %d, handled %d\n", atomic_load(&returned), atomic_load(&handled));
  print_status(what, wait_for(child));
}

// A process of two threads, one of which waits for its child, is killed.
static void killed_while_waiting(void) {
  must(close(life[0]));
  child_body = wait_for_end;
  atomic_store(&child, 0);
  struct thread thread;
  start(&thread, vfork_thread, new_stack());
  until_begun();
  kill(getpid(), SIGKILL);
}

int main(int argc, char **argv) {
  (void)argv;
  if (argc > 1) return 12;
  must(pipe(channel));
  install_handler(SIGUSR1, handler, SA_RESTART);
  run("child that ends", read_and_exit);
  run("child that executes", read_and_exec);
  run("child that is killed", read_and_die);
  must(pipe(life));
  print_status("killed while waiting", in_child(killed_while_waiting));
  must(close(life[1]));
  must(close(channel[1]));
  char byte;
  // The child, which has the other end open still, ends once nobody can write to it.
  show(read(life[0], &byte, 1));
  return 0;
}
