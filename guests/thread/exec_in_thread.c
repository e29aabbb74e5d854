// execve(2) with threads: whoever calls it, the others end, and the caller goes on under the
// process's id with its own mask and pending signals, the process's pending signals and its shared
// descriptors that are not close-on-exec; one that fails disturbs nobody.
// covers: execve wait4 futex exit kill tgkill
#include "guest.h"
#include "thread.h"
#include <sys/prctl.h>

static char parent_id[16], fd_text[16], closed_text[16];
static char *arguments[8] = {"renamed", "report", parent_id, fd_text, closed_text, NULL};
static atomic_uint gate, closed_gate;
static int channel[2];

// What the executed program finds.
static int report(char **argv) {
  char name[16] = "", text[64] = "";
  sigset_t mask, pending;
  sigprocmask(SIG_SETMASK, NULL, &mask);
  sigpending(&pending);
  prctl(PR_GET_NAME, name);
  stack_t stack;
  sigaltstack(NULL, &stack);
  const int comm = open("/proc/self/comm", O_RDONLY);
  must(read(comm, text, sizeof text - 1));
  close(comm);
  printf("same id %d, first %d, tasks %d, name %s %s", getpid() == atoi(argv[2]),
         getpid() == self_id(), count_tasks(), name, text);
  printf("blocked USR1 %d USR2 %d, pending USR1 %d USR2 %d HUP %d\n", sigismember(&mask, SIGUSR1),
         sigismember(&mask, SIGUSR2), sigismember(&pending, SIGUSR1),
         sigismember(&pending, SIGUSR2), sigismember(&pending, SIGHUP));
  printf("kept %d, closed %d, alternate stack %d\n", fcntl(atoi(argv[3]), F_GETFD) != -1,
         fcntl(atoi(argv[4]), F_GETFD) == -1, stack.ss_flags != SS_DISABLE);
  fflush(stdout);
  return 21;
}

static void prepare_pending(void) {
  const sigset_t set = set_of(SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  must(kill(getpid(), SIGHUP));
  must_be_0(pthread_kill(pthread_self(), SIGUSR1));
}

static void *execute(void *unused) {
  (void)unused;
  char *const stack_base = (char *)new_stack() - 16 * kPage;
  const stack_t stack = {.ss_sp = stack_base, .ss_size = 16 * kPage};
  sigaltstack(&stack, NULL);
  prctl(PR_SET_NAME, "executes");
  prepare_pending();
  pass_gate(&gate);
  execv("/proc/self/exe", arguments);
  return NULL;
}
static void *execute_thread_exe(void *unused) {
  until_state(getpid(), getpid(), 'Z');
  execv("/proc/thread-self/exe", arguments);
  return unused;
}

static void *spin(void *unused) {
  (void)unused;
  for (;;) {
  }
  return NULL;
}
static void *wait_for_ever(void *unused) {
  (void)unused;
  const sigset_t set = set_of(SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  pass_gate(&closed_gate);
  return NULL;
}
static void *read_pipe(void *unused) {
  (void)unused;
  char byte;
  return (void *)read(channel[0], &byte, 1);
}
static void *fail_to_execute(void *unused) {
  (void)unused;
  show(execv("/nonexistent/program", arguments));
  show(execv("/dev/null", arguments));
  show(syscall(SYS_execve, "/proc/self/exe", 8L, NULL));
  return (void *)5L;
}

static struct thread threads[6];
static void others(void) {
  change_mask(SIG_BLOCK, SIGHUP);
  snprintf(parent_id, sizeof parent_id, "%d", getpid());
  snprintf(fd_text, sizeof fd_text, "%d", (int)must(open("/dev/null", O_RDONLY)));
  snprintf(closed_text, sizeof closed_text, "%d",
           (int)must(open("/dev/null", O_RDONLY | O_CLOEXEC)));
  start(&threads[0], spin, NULL);
  start(&threads[1], wait_for_ever, NULL);
  start(&threads[2], read_pipe, NULL);
}

static void from_first(void) {
  others();
  prepare_pending();
  execv("/proc/self/exe", arguments);
}
static void from_other(void) {
  others();
  start(&threads[3], execute, NULL);
  const sigset_t set = set_of(SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  // Pending for this thread alone, which will end: it ends too.
  must_be_0(pthread_kill(pthread_self(), SIGUSR2));
  open_gate(&gate);
  join(&threads[3]);
}
static void from_other_while_first_spins(void) {
  others();
  start(&threads[3], execute, NULL);
  open_gate(&gate);
  spin(NULL);
}
static void after_first_ended(void) {
  others();
  start(&threads[3], execute_thread_exe, NULL);
  syscall(SYS_exit, 0);
}
static void fails(void) {
  others();
  start(&threads[3], fail_to_execute, NULL);
  show((long)join(&threads[3]));
  for (int i = 0; i < 3; ++i) show(syscall(SYS_tgkill, getpid(), threads[i].tid, 0));
}

static void *execute_with(void *status) {
  char *const own[] = {"renamed", "status", status, NULL};
  pass_gate(&gate);
  execv("/proc/self/exe", own);
  return NULL;
}
// Several at once: one of them is executed.
static void together(void) {
  static char *const kNumbers[] = {"31", "32", "33", "34"};
  for (int i = 0; i < 4; ++i) start(&threads[i], execute_with, kNumbers[i]);
  open_gate(&gate);
  for (;;) pause();
}

int main(int argc, char **argv) {
  if (argc > 2 && strcmp(argv[1], "report") == 0) return report(argv);
  if (argc > 2) return atoi(argv[2]);
  must(pipe(channel));
  print_status("first thread", in_child(from_first));
  print_status("another", in_child(from_other));
  print_status("another, the first spins", in_child(from_other_while_first_spins));
  print_status("another, the first ended", in_child(after_first_ended));
  print_status("fails", in_child(fails));
  int good = 0;
  for (int i = 0; i < 5; ++i) {
    const int status = in_child(together);
    good += WIFEXITED(status) && WEXITSTATUS(status) >= 31 && WEXITSTATUS(status) <= 34;
  }
  show(good);
  return 0;
}
