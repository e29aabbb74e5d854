// pthread_mutex_lock(3), pthread_mutexattr_*(3): what each kind of mutex says to its holder and to
// others, with a deadline, shared between processes, with priority inheritance; and that it
// excludes.
// covers: futex sched_yield
#include "guest.h"
#include "thread.h"

static pthread_mutex_t mutex;
static int counter;

static void make(int kind, int shared, int protocol) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  must_be_0(pthread_mutexattr_settype(&attributes, kind));
  must_be_0(pthread_mutexattr_setpshared(&attributes, shared));
  must_be_0(pthread_mutexattr_setprotocol(&attributes, protocol));
  must_be_0(pthread_mutex_init(&mutex, &attributes));
  pthread_mutexattr_destroy(&attributes);
}

static void *try_it(void *unused) {
  (void)unused;
  return (void *)(long)pthread_mutex_trylock(&mutex);
}
static void *unlock_it(void *unused) {
  (void)unused;
  return (void *)(long)pthread_mutex_unlock(&mutex);
}
static void *lock_with_deadline(void *unused) {
  (void)unused;
  struct timespec soon;
  clock_gettime(CLOCK_REALTIME, &soon);
  soon.tv_nsec += 2000000;
  soon.tv_sec += soon.tv_nsec / 1000000000;
  soon.tv_nsec %= 1000000000;
  return (void *)(long)pthread_mutex_timedlock(&mutex, &soon);
}

static const char *from_thread(void *(*body)(void *)) {
  struct thread thread;
  start(&thread, body, NULL);
  return errno_name((int)(long)join(&thread));
}

static void kind(const char *name, int type, int protocol) {
  make(type, PTHREAD_PROCESS_PRIVATE, protocol);
  printf("%s\n", name);
  const struct timespec past = {1, 0};
  show_error(pthread_mutex_lock(&mutex));
  // Here libcs differ in which error they choose.
  expect((pthread_mutex_trylock(&mutex) == 0) == (type == PTHREAD_MUTEX_RECURSIVE));
  if (type != PTHREAD_MUTEX_NORMAL) show_error(pthread_mutex_lock(&mutex));
  printf("another thread: trylock %s, ", from_thread(try_it));
  printf("timedlock %s", from_thread(lock_with_deadline));
  if (type != PTHREAD_MUTEX_NORMAL) printf(", unlock %s", from_thread(unlock_it));
  putchar('\n');
  const int depth = type == PTHREAD_MUTEX_RECURSIVE ? 3 : 1;
  for (int i = 0; i < depth; ++i) show_error(pthread_mutex_unlock(&mutex));
  if (type != PTHREAD_MUTEX_NORMAL) show_error(pthread_mutex_unlock(&mutex));
  show_error(pthread_mutex_timedlock(&mutex, &past));
  show_error(pthread_mutex_unlock(&mutex));
  show_error(pthread_mutex_destroy(&mutex));
}

static void *count(void *rounds) {
  for (long i = 0; i < (long)rounds; ++i) {
    pthread_mutex_lock(&mutex);
    const int now = counter;
    if (i % 16 == 0) sched_yield();
    counter = now + 1;
    pthread_mutex_unlock(&mutex);
  }
  return NULL;
}

static void excludes(int type, int protocol) {
  make(type, PTHREAD_PROCESS_PRIVATE, protocol);
  struct thread threads[8];
  counter = 0;
  for (int i = 0; i < 8; ++i) start(&threads[i], count, (void *)64L);
  for (int i = 0; i < 8; ++i) join(&threads[i]);
  show(counter);
}

// Two processes of two threads each count in shared memory.
static void between_processes(int protocol) {
  struct area {
    pthread_mutex_t mutex;
    int counter;
  } *area = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  make(PTHREAD_MUTEX_NORMAL, PTHREAD_PROCESS_SHARED, protocol);
  memcpy(&area->mutex, &mutex, sizeof mutex);
  const pid_t child = (pid_t)must(fork());
  for (int i = 0; i < 64; ++i) {
    pthread_mutex_lock(&area->mutex);
    const int now = area->counter;
    if (i % 16 == 0) sched_yield();
    area->counter = now + 1;
    pthread_mutex_unlock(&area->mutex);
  }
  if (child == 0) _exit(0);
  wait_for(child);
  show(area->counter);
}

static atomic_int inside, most;
static pthread_spinlock_t spin;
static void *spin_count(void *unused) {
  (void)unused;
  for (int i = 0; i < 40; ++i) {
    pthread_spin_lock(&spin);
    const int now = atomic_fetch_add(&inside, 1) + 1;
    if (now > atomic_load(&most)) atomic_store(&most, now);
    counter += 1;
    atomic_fetch_sub(&inside, 1);
    pthread_spin_unlock(&spin);
  }
  return NULL;
}

static void spinning(void) {
  struct thread threads[4];
  must_be_0(pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE));
  counter = 0;
  for (int i = 0; i < 4; ++i) start(&threads[i], spin_count, NULL);
  for (int i = 0; i < 4; ++i) join(&threads[i]);
  printf("spinning: %d, most inside %d\n", counter, atomic_load(&most));
  pthread_spin_lock(&spin);
  show_error(pthread_spin_trylock(&spin));
  show_error(pthread_spin_unlock(&spin));
}

int main(void) {
  kind("normal", PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE);
  kind("recursive", PTHREAD_MUTEX_RECURSIVE, PTHREAD_PRIO_NONE);
  kind("error checking", PTHREAD_MUTEX_ERRORCHECK, PTHREAD_PRIO_NONE);
  kind("normal, inherits", PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_INHERIT);
  kind("recursive, inherits", PTHREAD_MUTEX_RECURSIVE, PTHREAD_PRIO_INHERIT);
  kind("error checking, inherits", PTHREAD_MUTEX_ERRORCHECK, PTHREAD_PRIO_INHERIT);
  excludes(PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE);
  excludes(PTHREAD_MUTEX_RECURSIVE, PTHREAD_PRIO_NONE);
  excludes(PTHREAD_MUTEX_ERRORCHECK, PTHREAD_PRIO_INHERIT);
  between_processes(PTHREAD_PRIO_NONE);
  between_processes(PTHREAD_PRIO_INHERIT);
  spinning();
  return 0;
}
