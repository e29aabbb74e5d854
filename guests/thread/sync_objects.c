// pthread_cond_*(3), pthread_rwlock_*(3), pthread_barrier_*(3), pthread_once(3), sem_*(3): each
// wakes whom it should, times out by its clock, and lets as many through as it says.
// covers: futex
#include "guest.h"
#include "thread.h"
#include <semaphore.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition, space = PTHREAD_COND_INITIALIZER;
static int tickets, queue[4], head, tail;
static atomic_int waiting, passed;

static struct timespec after(int clock, long nanoseconds) {
  struct timespec time;
  clock_gettime(clock, &time);
  time.tv_nsec += nanoseconds;
  time.tv_sec += time.tv_nsec / 1000000000;
  time.tv_nsec %= 1000000000;
  return time;
}

static void *take_ticket(void *unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  atomic_fetch_add(&waiting, 1);
  while (tickets == 0) pthread_cond_wait(&condition, &mutex);
  tickets -= 1;
  pthread_mutex_unlock(&mutex);
  atomic_fetch_add(&passed, 1);
  return NULL;
}

static void conditions(void) {
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  must_be_0(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC));
  must_be_0(pthread_cond_init(&condition, &attributes));
  struct thread threads[6];
  for (int i = 0; i < 6; ++i) start(&threads[i], take_ticket, NULL);
  while (atomic_load(&waiting) < 6) sched_yield();
  for (int i = 1; i <= 2; ++i) {
    pthread_mutex_lock(&mutex);
    tickets += 1;
    pthread_cond_signal(&condition);
    pthread_mutex_unlock(&mutex);
    while (atomic_load(&passed) < i) sched_yield();
  }
  pthread_mutex_lock(&mutex);
  show(atomic_load(&passed));
  tickets += 4;
  pthread_cond_broadcast(&condition);
  pthread_mutex_unlock(&mutex);
  for (int i = 0; i < 6; ++i) join(&threads[i]);
  show(atomic_load(&passed) * 10 + tickets);
  pthread_mutex_lock(&mutex);
  const struct timespec past = {1, 0};
  struct timespec soon = after(CLOCK_MONOTONIC, 2000000);
  show_error(pthread_cond_timedwait(&condition, &mutex, &past));
  show_error(pthread_cond_timedwait(&condition, &mutex, &soon));
  soon = after(CLOCK_REALTIME, 2000000);
  show_error(pthread_cond_timedwait(&space, &mutex, &soon));
  show_error(pthread_mutex_unlock(&mutex));
  show_error(pthread_cond_destroy(&condition));
}

static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;

static void *produce(void *first) {
  for (int i = 0; i < 40; ++i) {
    pthread_mutex_lock(&mutex);
    while (tail - head == 4) pthread_cond_wait(&space, &mutex);
    queue[tail++ % 4] = (int)(long)first + i;
    pthread_cond_signal(&filled);
    pthread_mutex_unlock(&mutex);
  }
  return NULL;
}
static void *consume(void *unused) {
  (void)unused;
  long sum = 0;
  for (int i = 0; i < 40; ++i) {
    pthread_mutex_lock(&mutex);
    while (tail == head) pthread_cond_wait(&filled, &mutex);
    sum += queue[head++ % 4];
    pthread_cond_signal(&space);
    pthread_mutex_unlock(&mutex);
  }
  return (void *)sum;
}

static void bounded_queue(void) {
  struct thread producers[3], consumers[3];
  long sum = 0;
  for (long i = 0; i < 3; ++i) {
    start(&producers[i], produce, (void *)(i * 1000));
    start(&consumers[i], consume, NULL);
  }
  for (int i = 0; i < 3; ++i) {
    join(&producers[i]);
    sum += (long)join(&consumers[i]);
  }
  show(sum);
}

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static atomic_int readers;
static int value;

static void *read_together(void *wanted) {
  pthread_rwlock_rdlock(&rwlock);
  atomic_fetch_add(&readers, 1);
  // All readers are inside at once.
  while (atomic_load(&readers) < (int)(long)wanted) sched_yield();
  pthread_rwlock_unlock(&rwlock);
  return NULL;
}
static void *write_value(void *unused) {
  (void)unused;
  for (int i = 0; i < 15; ++i) {
    pthread_rwlock_wrlock(&rwlock);
    const int now = value;
    sched_yield();
    value = now + 1;
    pthread_rwlock_unlock(&rwlock);
  }
  return NULL;
}
static void *try_locks(void *unused) {
  (void)unused;
  const struct timespec past = {1, 0};
  const int results[] = {pthread_rwlock_tryrdlock(&rwlock), pthread_rwlock_trywrlock(&rwlock),
                         pthread_rwlock_timedwrlock(&rwlock, &past)};
  printf("%s", errno_name(results[0]));
  printf(" %s", errno_name(results[1]));
  printf(" %s\n", errno_name(results[2]));
  if (results[0] == 0) pthread_rwlock_unlock(&rwlock);
  return NULL;
}

static void read_write_locks(void) {
  struct thread threads[4];
  for (int i = 0; i < 4; ++i) start(&threads[i], read_together, (void *)4L);
  for (int i = 0; i < 4; ++i) join(&threads[i]);
  for (int i = 0; i < 4; ++i) start(&threads[i], write_value, NULL);
  for (int i = 0; i < 4; ++i) join(&threads[i]);
  show(value);
  must_be_0(pthread_rwlock_rdlock(&rwlock));
  start(&threads[0], try_locks, NULL);
  join(&threads[0]);
  must_be_0(pthread_rwlock_unlock(&rwlock));
  must_be_0(pthread_rwlock_wrlock(&rwlock));
  start(&threads[0], try_locks, NULL);
  join(&threads[0]);
  must_be_0(pthread_rwlock_unlock(&rwlock));
}

static pthread_barrier_t barrier;
static atomic_int arrived, serial, wrong;

static void *meet(void *unused) {
  (void)unused;
  for (int round = 1; round <= 8; ++round) {
    atomic_fetch_add(&arrived, 1);
    if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
      atomic_fetch_add(&serial, 1);
    if (atomic_load(&arrived) < round * 5) atomic_fetch_add(&wrong, 1);
    pthread_barrier_wait(&barrier);
  }
  return NULL;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_int initialised;
static void initialise(void) {
  for (int i = 0; i < 10; ++i) sched_yield();
  atomic_fetch_add(&initialised, 1);
}
static void *ask_once(void *unused) {
  (void)unused;
  pthread_once(&once, initialise);
  return (void *)(long)atomic_load(&initialised);
}

static sem_t semaphore;
static atomic_int holders, most_holders;
static void *hold_semaphore(void *unused) {
  (void)unused;
  for (int i = 0; i < 8; ++i) {
    sem_wait(&semaphore);
    const int now = atomic_fetch_add(&holders, 1) + 1;
    for (int most = atomic_load(&most_holders); now > most;) {
      if (atomic_compare_exchange_weak(&most_holders, &most, now)) break;
    }
    sched_yield();
    atomic_fetch_sub(&holders, 1);
    sem_post(&semaphore);
  }
  return NULL;
}

static void semaphores(void) {
  struct thread threads[5];
  must(sem_init(&semaphore, 0, 2));
  for (int i = 0; i < 5; ++i) start(&threads[i], hold_semaphore, NULL);
  for (int i = 0; i < 5; ++i) join(&threads[i]);
  expect(atomic_load(&most_holders) <= 2);
  int count = -1;
  sem_getvalue(&semaphore, &count);
  show(count);
  show(sem_trywait(&semaphore));
  show(sem_trywait(&semaphore));
  show(sem_trywait(&semaphore));
  const struct timespec past = {1, 0}, soon = after(CLOCK_REALTIME, 2000000);
  show(sem_timedwait(&semaphore, &past));
  show(sem_timedwait(&semaphore, &soon));
  show(sem_destroy(&semaphore));
  sem_t *const shared =
      mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must(sem_init(shared, 1, 0));
  const pid_t child = (pid_t)must(fork());
  if (child == 0) _exit(sem_wait(shared) == 0 && sem_wait(shared) == 0 ? 4 : 5);
  must(sem_post(shared));
  must(sem_post(shared));
  print_status("waits for two posts", wait_for(child));
}

int main(void) {
  conditions();
  bounded_queue();
  read_write_locks();
  struct thread threads[5];
  must_be_0(pthread_barrier_init(&barrier, NULL, 5));
  for (int i = 0; i < 5; ++i) start(&threads[i], meet, NULL);
  for (int i = 0; i < 5; ++i) join(&threads[i]);
  printf("barrier: serial %d, too early %d\n", atomic_load(&serial), atomic_load(&wrong));
  long seen = 0;
  for (int i = 0; i < 5; ++i) start(&threads[i], ask_once, NULL);
  for (int i = 0; i < 5; ++i) seen += (long)join(&threads[i]);
  printf("once: seen %ld, run %d\n", seen, atomic_load(&initialised));
  semaphores();
  return 0;
}
