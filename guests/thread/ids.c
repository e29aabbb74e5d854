// gettid(2), tgkill(2), and what calls that take an id make of a thread's: kill(2) reaches its
// process, per-thread calls reach it alone, and after its end it is nobody's.
// covers: gettid getpid getppid tgkill tkill kill rt_tgsigqueueinfo rt_sigqueueinfo getpgid getsid
// covers: setpgid sched_getscheduler getpriority prlimit64 wait4 waitid
#include "guest.h"
#include "thread.h"

static atomic_uint gate;
static atomic_int handler_tid, handler_value;

static void handler(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)context;
  atomic_store(&handler_value, info->si_code == SI_QUEUE ? info->si_value.sival_int : -1);
  atomic_store(&handler_tid, self_id());
}

static void *wait_at_gate(void *unused) {
  (void)unused;
  const sigset_t blocked = set_of(SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &blocked, NULL);
  pass_gate(&gate);
  return NULL;
}

static void errors(pid_t tid) {
  const pid_t pid = getpid();
  show(syscall(SYS_tgkill, 0, tid, SIGUSR1));
  show(syscall(SYS_tgkill, pid, 0, SIGUSR1));
  show(syscall(SYS_tgkill, -1, tid, SIGUSR1));
  show(syscall(SYS_tgkill, pid, -1, SIGUSR1));
  show(syscall(SYS_tgkill, pid, tid, 65));
  show(syscall(SYS_tgkill, pid, tid, -1));
  show(syscall(SYS_tgkill, pid, tid, 0));
  show(syscall(SYS_tgkill, tid, tid, 0));
  show(syscall(SYS_tgkill, tid, pid, 0));
  show(syscall(SYS_tgkill, getppid(), tid, 0));
  show(syscall(SYS_tgkill, pid, 0x3fffffff, 0));
  show(syscall(SYS_tkill, 0, 0));
  show(syscall(SYS_tkill, -1, 0));
  show(syscall(SYS_tkill, tid, 65));
  show(syscall(SYS_tkill, tid, 0));
  show(syscall(SYS_tkill, 0x3fffffff, 0));
}

static void answered(const char *what, pid_t expected) {
  while (atomic_load(&handler_tid) == 0) sched_yield();
  printf("%s: right thread %d, value %d\n", what, atomic_load(&handler_tid) == expected,
         atomic_load(&handler_value));
  atomic_store(&handler_tid, 0);
}

static void send(pid_t tid) {
  siginfo_t info = {0};
  info.si_code = SI_QUEUE;
  info.si_value.sival_int = 77;
  show(syscall(SYS_tgkill, getpid(), tid, SIGUSR1));
  answered("tgkill", tid);
  show(syscall(SYS_tkill, tid, SIGUSR1));
  answered("tkill", tid);
  show(syscall(SYS_rt_tgsigqueueinfo, getpid(), tid, SIGUSR1, &info));
  answered("rt_tgsigqueueinfo", tid);
  // A signal for the thread's id is one for the process: that thread comes first, and where it
  // does not want it, another takes it.
  show(kill(tid, SIGUSR1));
  answered("kill", tid);
  show(kill(tid, SIGUSR2));
  answered("kill with a blocked signal", getpid());
  show(syscall(SYS_rt_sigqueueinfo, tid, SIGUSR2, &info));
  answered("rt_sigqueueinfo", getpid());
  show(kill(getpid(), SIGUSR1));
  answered("kill the process", getpid());
  info.si_code = 1;
  show(syscall(SYS_rt_tgsigqueueinfo, getppid(), getppid(), 0, &info));
  show(syscall(SYS_rt_tgsigqueueinfo, getpid(), 0, SIGUSR1, &info));
}

static void other_calls(pid_t tid) {
  struct rlimit limit, own;
  expect(getpgid(tid) == getpgrp() && getsid(tid) == getsid(0));
  show(setpgid(tid, 0));
  show(syscall(SYS_sched_getscheduler, tid));
  expect(getpriority(PRIO_PROCESS, (id_t)tid) == getpriority(PRIO_PROCESS, 0));
  show(syscall(SYS_prlimit64, tid, RLIMIT_NOFILE, NULL, &limit));
  getrlimit(RLIMIT_NOFILE, &own);
  expect(limit.rlim_cur == own.rlim_cur);
  show(waitpid(tid, NULL, __WALL));
  siginfo_t info;
  show(waitid(P_PID, (id_t)tid, &info, WEXITED | WNOHANG));
}

static void *own_ids(void *given) {
  return (void *)(long)(getpid() == *(pid_t *)given && self_id() != getpid());
}

int main(void) {
  install_info_handler(SIGUSR1, handler, SA_RESTART);
  install_info_handler(SIGUSR2, handler, SA_RESTART);
  struct thread thread;
  pid_t pid = getpid();
  start(&thread, own_ids, &pid);
  show((long)join(&thread));
  start(&thread, wait_at_gate, NULL);
  until_asleep(thread.tid);
  errors(thread.tid);
  send(thread.tid);
  other_calls(thread.tid);
  open_gate(&gate);
  join(&thread);
  while (syscall(SYS_tgkill, getpid(), thread.tid, 0) == 0) sched_yield();
  show(syscall(SYS_tgkill, getpid(), thread.tid, SIGUSR1));
  show(syscall(SYS_tkill, thread.tid, SIGUSR1));
  show(syscall(SYS_prlimit64, thread.tid, RLIMIT_NOFILE, NULL, NULL));
  return 0;
}
