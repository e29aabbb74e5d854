// pthread_cancel(3), pthreads(7): a thread is cancelled in the call it is blocked in, or at its
// next one; its cleanup handlers run in their order, then its keys' destructors; asynchronously it
// is cancelled anywhere; where cancellation is off, not before it is on.
// covers: tgkill futex read nanosleep rt_sigsuspend ppoll wait4
#include "guest.h"
#include "thread.h"
#include <poll.h>
#include <semaphore.h>
#include <sys/socket.h>

static int channel[2], sockets[2];
static char order[32];
static pthread_key_t key;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static sem_t semaphore;
static atomic_uint ready, allowed;
static struct thread sleeper;

static void note(void *letter) {
  const size_t length = strlen(order);
  if (length < sizeof order - 1) order[length] = *(char *)letter;
}
static void destroy(void *letter) { note(letter); }

static void call_read(void) {
  char byte;
  read(channel[0], &byte, 1);
}
static void call_recv(void) {
  char byte;
  recv(sockets[0], &byte, 1, 0);
}
static void call_pause(void) { pause(); }
static void call_nanosleep(void) {
  const struct timespec hour = {3600, 0};
  nanosleep(&hour, NULL);
}
static void call_clock_nanosleep(void) {
  const struct timespec far = {INT32_MAX, 0};
  clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &far, NULL);
}
static void call_poll(void) {
  struct pollfd entry = {.fd = channel[0], .events = POLLIN};
  poll(&entry, 1, -1);
}
static void call_select(void) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(channel[0], &set);
  select(channel[0] + 1, &set, NULL, NULL, NULL);
}
static void call_sem_wait(void) { sem_wait(&semaphore); }
static void call_cond_wait(void) {
  pthread_mutex_lock(&mutex);
  for (;;) pthread_cond_wait(&condition, &mutex);
}
static void call_join(void) { pthread_join(sleeper.handle, NULL); }
static void call_sigsuspend(void) {
  sigset_t none;
  sigemptyset(&none);
  sigsuspend(&none);
}
static void call_sigwaitinfo(void) {
  const sigset_t set = set_of(SIGUSR2);
  sigwaitinfo(&set, NULL);
}

static void *run_call(void *call) {
  pthread_setspecific(key, "k");
  pthread_cleanup_push(note, "1");
  pthread_cleanup_push(note, "2");
  (*(void (**)(void))call)();
  pthread_cleanup_pop(0);
  pthread_cleanup_pop(1);
  return NULL;
}

static void cancel_in(const char *name, void (*call)(void)) {
  struct thread thread;
  memset(order, 0, sizeof order);
  start(&thread, run_call, &call);
  until_asleep(thread.tid);
  must_be_0(pthread_cancel(thread.handle));
  printf("%s: cancelled %d, order %s\n", name, join(&thread) == PTHREAD_CANCELED, order);
  // A condition's wait has its mutex again when it is cancelled.
  if (call == call_cond_wait) show_error(pthread_mutex_trylock(&mutex));
}

static void *sleep_at_gate(void *unused) {
  (void)unused;
  pass_gate(&allowed);
  return (void *)5L;
}

static void *cancelled_at_next(void *unused) {
  (void)unused;
  pthread_cleanup_push(note, "n");
  open_gate(&ready);
  while (atomic_load(&allowed) == 0) sched_yield();
  note("a");
  pthread_testcancel();
  note("b");
  pthread_cleanup_pop(0);
  return NULL;
}

static void *asynchronous(void *unused) {
  (void)unused;
  int old;
  pthread_cleanup_push(note, "x");
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old);
  atomic_store(&ready, 1);
  for (;;) {
  }
  pthread_cleanup_pop(0);
  return NULL;
}

static void *switched_off(void *unused) {
  (void)unused;
  int old;
  char byte = 0;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
  open_gate(&ready);
  read(channel[0], &byte, 1);
  note(&byte);
  pthread_testcancel();
  note("t");
  pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old);
  pthread_testcancel();
  note("!");
  return NULL;
}

static void at_other_times(void) {
  struct thread thread;
  memset(order, 0, sizeof order);
  atomic_store(&allowed, 0);
  start(&thread, cancelled_at_next, NULL);
  pass_gate(&ready);
  must_be_0(pthread_cancel(thread.handle));
  atomic_store(&allowed, 1);
  printf("at the next: %d, order %s\n", join(&thread) == PTHREAD_CANCELED, order);
  memset(order, 0, sizeof order);
  atomic_store(&ready, 0);
  start(&thread, asynchronous, NULL);
  while (atomic_load(&ready) == 0) sched_yield();
  must_be_0(pthread_cancel(thread.handle));
  printf("asynchronously: %d, order %s\n", join(&thread) == PTHREAD_CANCELED, order);
  memset(order, 0, sizeof order);
  atomic_store(&ready, 0);
  start(&thread, switched_off, NULL);
  pass_gate(&ready);
  until_asleep(thread.tid);
  must_be_0(pthread_cancel(thread.handle));
  must(write(channel[1], "r", 1));
  printf("switched off: %d, order %s\n", join(&thread) == PTHREAD_CANCELED, order);
}

int main(void) {
  must(pipe(channel));
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets));
  must(sem_init(&semaphore, 0, 0));
  must_be_0(pthread_key_create(&key, destroy));
  change_mask(SIG_BLOCK, SIGUSR2);
  start(&sleeper, sleep_at_gate, NULL);
  cancel_in("read", call_read);
  cancel_in("recv", call_recv);
  cancel_in("pause", call_pause);
  cancel_in("nanosleep", call_nanosleep);
  cancel_in("clock_nanosleep", call_clock_nanosleep);
  cancel_in("poll", call_poll);
  cancel_in("select", call_select);
  cancel_in("sem_wait", call_sem_wait);
  cancel_in("pthread_cond_wait", call_cond_wait);
  cancel_in("pthread_join", call_join);
  cancel_in("sigsuspend", call_sigsuspend);
  cancel_in("sigwaitinfo", call_sigwaitinfo);
  open_gate(&allowed);
  // Who waited for it was cancelled, so it can be joined still.
  show((long)join(&sleeper));
  atomic_store(&ready, 0);
  at_other_times();
  return 0;
}
