// fork(2) by a thread that is not the first: the child has that thread alone, with its locals,
// mask and name, as its first; handlers of pthread_atfork(3) run in their orders; threads that
// fork and wait at once do not disturb each other.
// covers: clone wait4 getpid gettid getppid prctl
#include "guest.h"
#include "thread.h"
#include <sys/prctl.h>

static _Thread_local int local = 1;
static char order[32];
static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
static pthread_key_t key;

static void note(char letter) {
  const size_t length = strlen(order);
  if (length < sizeof order - 1) order[length] = letter;
}
static void prepare_a(void) { note('a'); }
static void parent_a(void) { note('b'); }
static void child_a(void) { note('c'); }
static void prepare_b(void) { note('A'); }
static void parent_b(void) { note('B'); }
static void child_b(void) { note('C'); }

static void *add(void *value) { return (char *)value + 1; }

static void child_of_thread(pid_t parent) {
  printf("child: tasks %d, local %d, key %d, order %s\n", count_tasks(), local,
         pthread_getspecific(key) == &key, order);
  expect(getpid() == self_id() && getppid() == parent);
  char name[16] = "";
  prctl(PR_GET_NAME, name);
  printf("name %s\n", name);
  sigset_t mask;
  sigprocmask(SIG_SETMASK, NULL, &mask);
  expect(sigismember(&mask, SIGUSR1) == 1 && sigismember(&mask, SIGUSR2) == 0);
  show_error(pthread_mutex_trylock(&held));
  struct thread thread;
  start(&thread, add, (void *)41);
  printf("a thread of the child's: %ld, its id is new: %d\n", (long)join(&thread),
         thread.tid != getpid());
  expect(count_tasks() >= 1);
  exit(6);
}

static void *forker(void *unused) {
  (void)unused;
  local = 2;
  pthread_setspecific(key, &key);
  prctl(PR_SET_NAME, "forker");
  const sigset_t set = set_of(SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  const pid_t parent = getpid(), child = (pid_t)must(fork());
  if (child == 0) child_of_thread(parent);
  return (void *)(long)child;
}

static void *fork_and_wait(void *given) {
  const int number = (int)(long)given;
  long good = 0;
  for (int i = 0; i < 8; ++i) {
    local = number * 8 + i;
    const pid_t child = fork();
    if (child == 0) _exit(local == number * 8 + i && getpid() == self_id() ? local : 255);
    good += child > 0 && WEXITSTATUS(wait_for(child)) == number * 8 + i;
  }
  return (void *)good;
}

static atomic_uint gate;
static void *wait_at_gate(void *unused) {
  (void)unused;
  pass_gate(&gate);
  return NULL;
}

int main(void) {
  must_be_0(pthread_key_create(&key, NULL));
  must_be_0(pthread_atfork(prepare_a, parent_a, child_a));
  must_be_0(pthread_atfork(prepare_b, parent_b, child_b));
  must_be_0(pthread_mutex_lock(&held));
  struct thread sleepers[3], thread, threads[4];
  for (int i = 0; i < 3; ++i) start(&sleepers[i], wait_at_gate, NULL);
  start(&thread, forker, NULL);
  // Any thread may wait for the child of another.
  print_status("child", wait_for((pid_t)(long)join(&thread)));
  printf("parent: order %s\n", order);
  memset(order, 0, sizeof order);
  open_gate(&gate);
  for (int i = 0; i < 3; ++i) join(&sleepers[i]);
  for (int i = 0; i < 4; ++i) start(&threads[i], fork_and_wait, (void *)(long)i);
  for (int i = 0; i < 4; ++i) show((long)join(&threads[i]));
  show(wait(NULL));
  return 0;
}
