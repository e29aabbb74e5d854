// exit_group(2), exit(3): any thread ends the process with its status, whatever the others do; of
// several at once one is heard; handlers of atexit(3) run once; a thread that returns ends
// nothing.
// covers: exit_group exit wait4 futex
#include "guest.h"
#include "thread.h"

enum { kRounds = 3, kOthers = 3, kMost = 5 };

static atomic_uint gate, closed;
static int channel[2];
static void (*leave)(int);

static void *spin(void *unused) {
  (void)unused;
  for (;;) {
  }
  return NULL;
}
static void *yield_often(void *unused) {
  (void)unused;
  for (;;) sched_yield();
  return NULL;
}
static void *read_pipe(void *unused) {
  char byte;
  (void)unused;
  return (void *)read(channel[0], &byte, 1);
}
static void *wait_at_gate(void *unused) {
  (void)unused;
  pass_gate(&closed);
  return NULL;
}
static void *return_at_once(void *unused) { return unused; }
static void *make_threads(void *unused) {
  (void)unused;
  for (;;) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, return_at_once, NULL) == 0) pthread_detach(thread);
    sched_yield();
  }
  return NULL;
}
static void *map_memory(void *unused) {
  (void)unused;
  for (;;) {
    char *const page =
        mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *page = 1;
    munmap(page, kPage);
  }
  return NULL;
}
static void *fork_children(void *unused) {
  (void)unused;
  for (;;) {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    if (child > 0) waitpid(child, NULL, 0);
  }
  return NULL;
}

static void *leave_with(void *status) {
  pass_gate(&gate);
  leave((int)(long)status);
  return NULL;
}

static void leave_group(int status) { syscall(SYS_exit_group, status); }
static void say_goodbye(void) { must(write(channel[1], "b", 1)); }

// A process in which `count` threads leave at once, and the others do `other`.
static int run(int count, void *(*other)(void *)) {
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    struct thread threads[kMost + kOthers];
    for (long i = 0; i < count; ++i) start(&threads[i], leave_with, (void *)(i + 1));
    for (int i = 0; i < kOthers; ++i) start(&threads[kMost + i], other, NULL);
    open_gate(&gate);
    join(&threads[0]);
    _exit(99);
  }
  return wait_for(child);
}

static void often(const char *what, int count, void *(*other)(void *)) {
  int good = 0;
  for (int i = 0; i < kRounds; ++i) {
    const int status = run(count, other);
    good += WIFEXITED(status) && WEXITSTATUS(status) >= 1 && WEXITSTATUS(status) <= count;
  }
  printf("%s: %d of %d good\n", what, good, kRounds);
}

static void exits_once(void) {
  int good = 0;
  for (int i = 0; i < kRounds; ++i) {
    const pid_t child = (pid_t)must(fork());
    if (child == 0) {
      struct thread threads[3];
      atexit(say_goodbye);
      for (long k = 0; k < 2; ++k) start(&threads[k], wait_at_gate, NULL);
      start(&threads[2], leave_with, (void *)3L);
      open_gate(&gate);
      pause();
    }
    char bytes[8];
    good += WEXITSTATUS(wait_for(child)) == 3 && read(channel[0], bytes, sizeof bytes) == 1;
  }
  printf("atexit: %d of %d good\n", good, kRounds);
}

static int return_from_main(void) {
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    static struct thread threads[3];
    start(&threads[0], spin, NULL);
    start(&threads[1], wait_at_gate, NULL);
    start(&threads[2], yield_often, NULL);
    exit(41);
  }
  return wait_for(child);
}

int main(void) {
  must(pipe(channel));
  leave = leave_group;
  often("others spin", 1, spin);
  often("others yield", 2, yield_often);
  often("others read", 3, read_pipe);
  often("others wait", 5, wait_at_gate);
  often("others map", 3, map_memory);
  often("others fork", 2, fork_children);
  often("others make threads", 2, make_threads);
  leave = exit;
  exits_once();
  print_status("main returns", return_from_main());
  return 0;
}
