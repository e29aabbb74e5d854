// wait(2), prctl(2): children belong to the process, so that any thread may wait for them, unless
// __WNOTHREAD asks for the caller's own; one waiter gets each; SIGCHLD goes to a thread that wants
// it; PR_SET_PDEATHSIG is about the thread that forked, PR_SET_CHILD_SUBREAPER about the process.
// covers: wait4 waitid clone prctl rt_sigtimedwait
#include "guest.h"
#include "thread.h"
#include <sys/prctl.h>

#ifndef __WNOTHREAD
#define __WNOTHREAD 0x20000000
#endif

static int gate_pipe[2];
static atomic_int child_of_thread, handled_by;
static atomic_uint gate;

static pid_t fork_child(int status) {
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    char byte;
    close(gate_pipe[1]);
    read(gate_pipe[0], &byte, 1);
    _exit(status);
  }
  return child;
}
static void let_go(void) { must(write(gate_pipe[1], "x", 1)); }

static void *fork_and_wait_own(void *unused) {
  (void)unused;
  atomic_store(&child_of_thread, fork_child(3));
  pass_gate(&gate);
  int status = -1;
  const pid_t pid = waitpid(-1, &status, __WNOTHREAD);
  return (void *)(long)(pid == atomic_load(&child_of_thread) ? WEXITSTATUS(status) : -1);
}

static void own_children(void) {
  struct thread thread;
  start(&thread, fork_and_wait_own, NULL);
  while (atomic_load(&child_of_thread) == 0) sched_yield();
  const pid_t child = atomic_load(&child_of_thread);
  show(waitpid(-1, NULL, __WNOTHREAD | WNOHANG));
  show(waitpid(child, NULL, __WNOTHREAD | WNOHANG));
  show(waitpid(child, NULL, WNOHANG));
  siginfo_t info;
  show(waitid(P_ALL, 0, &info, WEXITED | WNOHANG | __WNOTHREAD));
  let_go();
  show(waitid(P_ALL, 0, &info, WEXITED | WNOWAIT));
  show(info.si_status);
  open_gate(&gate);
  show((long)join(&thread));
  show(waitpid(-1, NULL, 0));
}

static void *wait_any(void *unused) {
  (void)unused;
  int status = -1;
  return (void *)(long)(waitpid(-1, &status, 0) == -1 ? -errno : WEXITSTATUS(status));
}

// Threads that wait already, for children that are made while they do.
static void many_waiters(void) {
  struct thread threads[4];
  const pid_t first = fork_child(5);
  for (int i = 0; i < 4; ++i) start(&threads[i], wait_any, NULL);
  for (int i = 0; i < 4; ++i) until_asleep(threads[i].tid);
  for (int i = 0; i < 2; ++i) fork_child(5);
  for (int i = 0; i < 3; ++i) let_go();
  int got = 0, none = 0;
  for (int i = 0; i < 4; ++i) {
    const long result = (long)join(&threads[i]);
    got += result == 5;
    none += result == -ECHILD;
  }
  printf("got %d, none %d\n", got, none);
  expect(kill(first, 0) == -1 && errno == ESRCH);
}

static void *fork_and_end(void *unused) {
  (void)unused;
  return (void *)(long)fork_child(6);
}

static void outlives_its_thread(void) {
  struct thread thread;
  start(&thread, fork_and_end, NULL);
  const pid_t child = (pid_t)(long)join(&thread);
  while (syscall(SYS_tgkill, getpid(), thread.tid, 0) == 0) sched_yield();
  show(waitpid(child, NULL, WNOHANG));
  let_go();
  // It is now another thread's, this one's here.
  int status = -1;
  expect(waitpid(child, &status, __WNOTHREAD) == child);
  print_status("child of an ended thread", status);
}

static void *fork_with_death_signal(void *ready) {
  const pid_t parent = getpid(), child = (pid_t)must(fork());
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    must(write(*(int *)ready, getppid() == parent ? "y" : "n", 1));
    for (;;) pause();
  }
  pass_gate(&gate);
  return (void *)(long)child;
}

static void death_signal(void) {
  int ready[2];
  char byte;
  struct thread thread;
  must(pipe(ready));
  atomic_store(&gate, 0);
  start(&thread, fork_with_death_signal, &ready[1]);
  must(read(ready[0], &byte, 1));
  open_gate(&gate);
  print_status("its thread ended", wait_for((pid_t)(long)join(&thread)));
}

static void handler(int number) {
  (void)number;
  atomic_store(&handled_by, self_id());
}

static void *take_sigchld(void *unused) {
  const sigset_t set = set_of(SIGCHLD);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  must(prctl(PR_SET_CHILD_SUBREAPER, 1));
  pass_gate(&gate);
  return unused;
}

int main(void) {
  must(pipe(gate_pipe));
  own_children();
  many_waiters();
  outlives_its_thread();
  death_signal();
  change_mask(SIG_BLOCK, SIGCHLD);
  install_handler(SIGCHLD, handler, SA_RESTART);
  struct thread thread;
  atomic_store(&gate, 0);
  start(&thread, take_sigchld, NULL);
  until_asleep(thread.tid);
  const pid_t child = fork_child(8);
  let_go();
  while (atomic_load(&handled_by) == 0) sched_yield();
  expect(atomic_load(&handled_by) == thread.tid);
  print_status("child", wait_for(child));
  open_gate(&gate);
  join(&thread);
  int subreaper = 0;
  must(prctl(PR_GET_CHILD_SUBREAPER, &subreaper));
  show(subreaper);
  return 0;
}
