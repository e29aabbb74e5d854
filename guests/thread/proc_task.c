// proc(5): /proc/PID/task has each thread, by its id; stat, status and comm are the thread's own;
// /proc/thread-self is the reader; a thread's id is no directory that /proc lists, but one that
// can be opened; what has ended is not there.
// covers: getdents64 openat readlinkat newfstatat gettid
#include "guest.h"
#include "thread.h"
#include <sys/prctl.h>

enum { kThreads = 5 };
static struct thread threads[kThreads];
static atomic_uint gate, spinning;

static bool lists(const char *path, const int *ids, int count, int *entries) {
  DIR *const directory = opendir(path);
  if (directory == NULL) return false;
  int found = 0;
  *entries = 0;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    *entries += 1;
    for (int i = 0; i < count; ++i) found += atoi(entry->d_name) == ids[i];
  }
  closedir(directory);
  return found == count;
}

static char *contents(const char *path) {
  static char text[8192];
  const int fd = open(path, O_RDONLY);
  const ssize_t size = fd == -1 ? -1 : read(fd, text, sizeof text - 1);
  if (fd != -1) close(fd);
  text[size < 0 ? 0 : size] = '\0';
  return text;
}

static char *task_file(int tid, const char *name) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/task/%d/%s", tid, name);
  return contents(path);
}

// The value of a field of status.
static const char *field(char *text, const char *name) {
  static char value[64];
  const char *const at = strstr(text, name);
  value[0] = '\0';
  if (at != NULL) sscanf(at + strlen(name), ": %63[^\n]", value);
  return value;
}

static void *wait_named(void *number) {
  char name[16];
  snprintf(name, sizeof name, "worker %d", (int)(long)number);
  prctl(PR_SET_NAME, name);
  const sigset_t set = set_of(SIGUSR1 + 2 * ((long)number % 2));
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  pass_gate(&gate);
  return NULL;
}

static void *look_at_self(void *unused) {
  char link[64] = "", expected[64];
  prctl(PR_SET_NAME, "looker");
  must(readlink("/proc/thread-self", link, sizeof link - 1));
  snprintf(expected, sizeof expected, "%d/task/%d", getpid(), self_id());
  expect(strcmp(link, expected) == 0);
  memset(link, 0, sizeof link);
  must(readlink("/proc/self", link, sizeof link - 1));
  expect(atoi(link) == getpid());
  printf("comm %s", contents("/proc/thread-self/comm"));
  expect(atoi(field(contents("/proc/thread-self/status"), "\nPid")) == self_id());
  return unused;
}

static void *spin(void *unused) {
  atomic_store(&spinning, 1);
  while (atomic_load(&gate) == 0) {
  }
  return unused;
}

static void one_thread(int number) {
  const int tid = threads[number].tid;
  printf("comm %s", task_file(tid, "comm"));
  char *const stat_text = task_file(tid, "stat");
  expect(atoi(stat_text) == tid);
  int parent = 0, group = 0, session = 0;
  long count = 0;
  char state = 0;
  sscanf(strrchr(stat_text, ')') + 2,
         "%c %d %d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %ld", &state, &parent,
         &group, &session, &count);
  printf("state %c, threads %ld\n", state, count);
  expect(parent == getppid() && group == getpgrp() && session == getsid(0));
  char *const status = task_file(tid, "status");
  expect(atoi(field(status, "\nTgid")) == getpid());
  expect(atoi(field(status, "\nPid")) == tid);
  printf("name %s, ", field(status, "Name"));
  printf("state %s, ", field(status, "\nState"));
  printf("threads %s, ", field(status, "\nThreads"));
  printf("blocked %s\n", field(status, "\nSigBlk"));
}

static void of_the_process(void) {
  int ids[kThreads + 1], entries;
  for (int i = 0; i < kThreads; ++i) ids[i] = threads[i].tid;
  ids[kThreads] = getpid();
  expect(lists("/proc/self/task", ids, kThreads + 1, &entries));
  show(entries);
  struct stat status;
  must(stat("/proc/self/task", &status));
  show(status.st_nlink);
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", threads[0].tid);
  // The directory of a thread's id is there, with the same threads, but is not listed.
  expect(lists(path, ids, kThreads + 1, &entries));
  expect(!lists("/proc", ids, 1, &entries));
  snprintf(path, sizeof path, "/proc/%d/status", threads[0].tid);
  expect(atoi(field(contents(path), "\nTgid")) == getpid());
  expect(atoi(field(contents(path), "\nPid")) == threads[0].tid);
  snprintf(path, sizeof path, "/proc/self/task/%d", getppid());
  show(access(path, F_OK));
  show(access("/proc/self/task/0", F_OK));
  show(access("/proc/self/task/x", F_OK));
  show(access("/proc/self/task/1/task", F_OK));
}

int main(void) {
  for (long i = 0; i < kThreads - 1; ++i) {
    start(&threads[i], wait_named, (void *)i);
    until_asleep(threads[i].tid);
  }
  start(&threads[kThreads - 1], spin, NULL);
  while (atomic_load(&spinning) == 0) sched_yield();
  for (int i = 0; i < kThreads - 1; ++i) one_thread(i);
  expect(thread_state(getpid(), threads[kThreads - 1].tid) == 'R');
  of_the_process();
  // A name is set by writing, too, for any thread of one's own.
  char path[64];
  snprintf(path, sizeof path, "/proc/self/task/%d/comm", threads[1].tid);
  const int comm = (int)must(open(path, O_WRONLY));
  show(write(comm, "written", 7));
  must(close(comm));
  printf("comm %s", contents(path));
  struct thread looker;
  start(&looker, look_at_self, NULL);
  join(&looker);
  const int old = (int)must(open(path, O_RDONLY));
  open_gate(&gate);
  for (int i = 0; i < kThreads; ++i) join(&threads[i]);
  while (syscall(SYS_tgkill, getpid(), threads[1].tid, 0) == 0) sched_yield();
  char byte;
  show(read(old, &byte, 1));
  show(access(path, F_OK));
  int entries;
  const int own = getpid();
  // The last of them may be ending still.
  while (!lists("/proc/self/task", &own, 1, &entries) || entries > 1) sched_yield();
  show(atoi(field(contents("/proc/self/status"), "\nThreads")));
  return 0;
}
