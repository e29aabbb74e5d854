// timer_create(2), setitimer(2), clock_gettime(2), getrusage(2): interval timers and timers belong
// to the process, whose threads take their signals, unless SIGEV_THREAD_ID names one; each thread
// has a clock of its processor time, which others may read while it lives.
// covers: timer_create timer_settime timer_gettime timer_delete setitimer getitimer
// covers: clock_gettime getrusage rt_sigtimedwait
#include "guest.h"
#include "thread.h"

enum { kThreadId = 4 };

// The kernel's struct sigevent, of which libcs name the thread differently.
struct event {
  union sigval value;
  int number, notify, tid, filler[11];
};

static atomic_uint gate, ready;
static atomic_int handled_by, handled;

static long make_timer(int clock, int tid, int number, int value) {
  struct event event = {
      .value.sival_int = value, .number = number, .notify = kThreadId, .tid = tid};
  int timer = -1;
  return syscall(SYS_timer_create, clock, &event, &timer) == -1 ? -1 : timer;
}
static long arm(long timer, long nanoseconds) {
  const struct itimerspec once = {.it_value = {0, nanoseconds}};
  return syscall(SYS_timer_settime, (int)timer, 0, &once, NULL);
}

static void *take_timer(void *unused) {
  (void)unused;
  const sigset_t set = set_of(SIGUSR1);
  siginfo_t info = {0};
  while (sigwaitinfo(&set, &info) == -1) {
  }
  return (void *)(long)(info.si_code == SI_TIMER ? info.si_value.sival_int : -1);
}

static void to_a_thread(void) {
  struct thread threads[3];
  for (int i = 0; i < 3; ++i) start(&threads[i], take_timer, NULL);
  for (int i = 2; i >= 0; --i) {
    const long timer = must(make_timer(CLOCK_MONOTONIC, threads[i].tid, SIGUSR1, 100 + i));
    must(arm(timer, 1000000));
    printf("thread %d: %ld\n", i, (long)join(&threads[i]));
    while (syscall(SYS_tgkill, getpid(), threads[i].tid, 0) == 0) sched_yield();
    // Its end takes nothing from the timer but whom to tell.
    show(arm(timer, 1));
    show(syscall(SYS_timer_delete, (int)timer));
    show(make_timer(CLOCK_MONOTONIC, threads[i].tid, SIGUSR1, 0));
  }
  show(make_timer(CLOCK_MONOTONIC, getppid(), SIGUSR1, 0));
  show(make_timer(CLOCK_MONOTONIC, -1, SIGUSR1, 0));
  show(make_timer(CLOCK_MONOTONIC, getpid(), 65, 0));
}

static void *make_and_end(void *unused) {
  (void)unused;
  const struct itimerval hour = {.it_value = {3600, 0}};
  must(setitimer(ITIMER_REAL, &hour, NULL));
  return (void *)make_timer(CLOCK_MONOTONIC, getpid(), SIGUSR1, 7);
}

static void handler(int number) {
  (void)number;
  atomic_store(&handled_by, self_id());
  atomic_fetch_add(&handled, 1);
}

static void *take_alarm(void *unused) {
  const sigset_t set = set_of(SIGALRM);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  while (atomic_load(&handled) == 0) sched_yield();
  return unused;
}

static void of_the_process(void) {
  struct thread thread;
  struct itimerval interval;
  struct itimerspec left;
  start(&thread, make_and_end, NULL);
  const long timer = (long)join(&thread);
  expect(timer >= 0);
  must(getitimer(ITIMER_REAL, &interval));
  expect(interval.it_value.tv_sec > 3000);
  show(syscall(SYS_timer_gettime, (int)timer, &left));
  must(arm(timer, 1000000));
  const sigset_t set = set_of(SIGUSR1);
  siginfo_t info;
  show(sigwaitinfo(&set, &info));
  show(info.si_value.sival_int);
  change_mask(SIG_BLOCK, SIGALRM);
  install_handler(SIGALRM, handler, SA_RESTART);
  start(&thread, take_alarm, NULL);
  const struct itimerval soon = {.it_value = {0, 1000}};
  must(setitimer(ITIMER_REAL, &soon, NULL));
  join(&thread);
  expect(atomic_load(&handled_by) == thread.tid);
}

static long nanoseconds(struct timespec time) { return time.tv_sec * 1000000000 + time.tv_nsec; }
static long cpu_time(int clock) {
  struct timespec time;
  must(clock_gettime(clock, &time));
  return nanoseconds(time);
}

// In microseconds. Only the sum of both parts is exact.
static long used(const struct rusage *usage) {
  return (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000 + usage->ru_utime.tv_usec +
         usage->ru_stime.tv_usec;
}

// Until it has used two milliseconds of processor time, by its own clock.
static void *use_time(void *unused) {
  (void)unused;
  const long begin = cpu_time(CLOCK_THREAD_CPUTIME_ID);
  bool rises = true;
  for (long last = begin; last < begin + 2000000;) {
    const long now = cpu_time(CLOCK_THREAD_CPUTIME_ID);
    rises &= now >= last;
    last = now;
  }
  open_gate(&ready);
  pass_gate(&gate);
  return (void *)(long)rises;
}

static void clocks(void) {
  struct thread thread;
  clockid_t clock;
  const long process = cpu_time(CLOCK_PROCESS_CPUTIME_ID);
  start(&thread, use_time, NULL);
  pass_gate(&ready);
  must_be_0(pthread_getcpuclockid(thread.handle, &clock));
  const long other = cpu_time(clock);
  expect(other >= 2000000);
  expect(cpu_time(CLOCK_PROCESS_CPUTIME_ID) - process >= 2000000);
  expect(cpu_time(clock) >= other);
  // What the other used is not in this one's.
  const long mine = cpu_time(CLOCK_THREAD_CPUTIME_ID);
  expect(cpu_time(CLOCK_PROCESS_CPUTIME_ID) >= mine + other);
  struct rusage of_thread, of_process;
  must(getrusage(RUSAGE_THREAD, &of_thread));
  must(getrusage(RUSAGE_SELF, &of_process));
  expect(used(&of_thread) <= used(&of_process));
  open_gate(&gate);
  show((long)join(&thread));
  while (syscall(SYS_tgkill, getpid(), thread.tid, 0) == 0) sched_yield();
  struct timespec time;
  show(clock_gettime(clock, &time));
  // Ended threads count for the process.
  expect(cpu_time(CLOCK_PROCESS_CPUTIME_ID) >= process + 2000000);
  must_be_0(pthread_getcpuclockid(pthread_self(), &clock));
  expect(cpu_time(clock) >= mine);
}

int main(void) {
  change_mask(SIG_BLOCK, SIGUSR1);
  to_a_thread();
  of_the_process();
  clocks();
  return 0;
}
