// Linux keeps for each thread what POSIX gives to the process: nice value, scheduling policy and
// affinity, name, timer slack, personality, no_new_privs, and the ids and capabilities.
// covers: setpriority getpriority sched_setscheduler sched_getscheduler sched_setaffinity
// covers: sched_getaffinity prctl personality setresuid setresgid getresuid setuid setgid
// covers: setgroups getgroups capget capset ioprio_set ioprio_get
#include "guest.h"
#include "thread.h"
#include <grp.h>
#include <sys/personality.h>
#include <sys/prctl.h>

static atomic_uint gate, changed, look;

static int nice_of(int tid) {
  errno = 0;
  return getpriority(PRIO_PROCESS, (id_t)tid);
}

struct before {
  int nice;
};

static void *change_own(void *given) {
  const struct before *before = given;
  const bool inherited = nice_of(0) == before->nice;
  must(setpriority(PRIO_PROCESS, 0, 17));
  must(prctl(PR_SET_NAME, "a name of fifteen and more"));
  must(prctl(PR_SET_TIMERSLACK, 123456L));
  const struct sched_param none = {.sched_priority = 0};
  must(syscall(SYS_sched_setscheduler, 0, SCHED_BATCH, &none));
  must(personality(STICKY_TIMEOUTS));
  must(prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L));
  must(syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 6));
  open_gate(&changed);
  pass_gate(&gate);
  char name[16];
  must(prctl(PR_GET_NAME, name));
  return (void *)(long)(inherited && strcmp(name, "other") == 0);
}

static void attributes(void) {
  struct thread thread;
  char name[32];
  const int nice_before = nice_of(0), policy = (int)syscall(SYS_sched_getscheduler, 0);
  const int slack = prctl(PR_GET_TIMERSLACK), io = (int)syscall(SYS_ioprio_get, 1, 0);
  must(prctl(PR_SET_NAME, "first"));
  struct before before = {nice_before};
  start(&thread, change_own, &before);
  pass_gate(&changed);
  expect(nice_of(0) == nice_before);
  show(nice_of(thread.tid));
  expect(syscall(SYS_sched_getscheduler, 0) == policy);
  show(syscall(SYS_sched_getscheduler, thread.tid));
  must(prctl(PR_GET_NAME, name));
  puts(name);
  expect(prctl(PR_GET_TIMERSLACK) == slack && slack != 123456);
  expect((personality(0xffffffff) & STICKY_TIMEOUTS) == 0);
  show(prctl(PR_GET_NO_NEW_PRIVS, 0L, 0L, 0L, 0L));
  expect(syscall(SYS_ioprio_get, 1, 0) == io);
  show(syscall(SYS_ioprio_get, 1, thread.tid));
  must_be_0(pthread_getname_np(thread.handle, name, sizeof name));
  puts(name);
  // The name of another thread of the process may be set by way of /proc.
  must_be_0(pthread_setname_np(thread.handle, "other"));
  show(pthread_setname_np(thread.handle, "sixteen letters!") == ERANGE);
  cpu_set_t all, one, seen;
  CPU_ZERO(&one);
  must(sched_getaffinity(0, sizeof all, &all));
  for (int cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++cpu) {
    if (CPU_ISSET(cpu, &all)) CPU_SET(cpu, &one);
  }
  must(sched_setaffinity(thread.tid, sizeof one, &one));
  must(sched_getaffinity(thread.tid, sizeof seen, &seen));
  expect(CPU_EQUAL(&seen, &one));
  must(sched_getaffinity(0, sizeof seen, &seen));
  expect(CPU_EQUAL(&seen, &all));
  open_gate(&gate);
  show((long)join(&thread));
}

static void *become_alone(void *unused) {
  (void)unused;
  must(syscall(SYS_setresgid, 1001, 1001, 1001));
  must(syscall(SYS_setresuid, 1002, 1002, 1002));
  open_gate(&changed);
  pass_gate(&gate);
  uid_t real, effective, saved;
  must(getresuid(&real, &effective, &saved));
  return (void *)(long)(real * 1000 + getgid() % 1000);
}

static void *wait_and_look(void *unused) {
  (void)unused;
  pass_gate(&look);
  gid_t groups[4];
  const int count = getgroups(4, groups);
  return (void *)(long)(count == 1 && groups[0] == 77 && getgid() == 1005 && geteuid() == 1006 &&
                        setuid(0) == -1 && errno == EPERM);
}

static bool capable(void) {
  struct {
    uint32_t version;
    int pid;
  } header = {0x20080522, 0};
  uint32_t sets[6];
  must(syscall(SYS_capget, &header, sets));
  return sets[0] != 0;
}

static void *drop_all(void *unused) {
  (void)unused;
  struct {
    uint32_t version;
    int pid;
  } header = {0x20080522, 0};
  const uint32_t none[6] = {0};
  must(syscall(SYS_capset, &header, none));
  return (void *)(long)!capable();
}

static void credentials(void) {
  struct thread thread, others[3];
  atomic_store(&gate, 0);
  atomic_store(&changed, 0);
  start(&thread, drop_all, NULL);
  show((long)join(&thread));
  expect(capable());
  start(&thread, become_alone, NULL);
  pass_gate(&changed);
  printf("this thread %d %d\n", (int)geteuid(), (int)getegid());
  open_gate(&gate);
  show((long)join(&thread));
  for (int i = 0; i < 3; ++i) start(&others[i], wait_and_look, NULL);
  // A libc does it in every thread, as POSIX demands.
  const gid_t group = 77;
  must(setgroups(1, &group));
  must(setgid(1005));
  must(setuid(1006));
  open_gate(&look);
  for (int i = 0; i < 3; ++i) show((long)join(&others[i]));
}

int main(void) {
  attributes();
  // Only root can change its ids; anybody else cannot see how they are kept.
  if (geteuid() == 0) {
    print_status("credentials", in_child(credentials));
  } else {
    puts("(long)join(&thread) = 1\ncapable(): yes\nthis thread 0 0\n(long)join(&thread) = 1002001");
    for (int i = 0; i < 3; ++i) puts("(long)join(&others[i]) = 1");
    puts("credentials: exited 0");
  }
  return 0;
}
