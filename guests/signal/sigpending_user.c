// getrlimit(2), RLIMIT_SIGPENDING: counts the signals queued for all processes of the receiver's
// user, and their timers, against the receiver's limit; what a process had is free when it ends.
// covers: rt_sigqueueinfo timer_create kill prlimit64
#include "guest.h"
#include "unprivileged.h"

static pid_t start_receiver(void) {
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    for (;;) pause();
  }
  return pid;
}

static void end(pid_t pid) {
  must(kill(pid, SIGKILL));
  wait_for(pid);
}

static void one_user(void) {
  become_unprivileged();
  must(setrlimit(RLIMIT_SIGPENDING, &(struct rlimit){3, 3}));
  change_mask(SIG_BLOCK, SIGRTMIN);
  const union sigval value = {.sival_int = 1};
  const pid_t one = start_receiver(), two = start_receiver();
  show(sigqueue(one, SIGRTMIN, value));
  show(sigqueue(two, SIGRTMIN, value));
  show(sigqueue(getpid(), SIGRTMIN, value));
  show(sigqueue(two, SIGRTMIN, value));
  show(sigqueue(getpid(), SIGRTMIN, value));
  timer_t timer;
  show(timer_create(CLOCK_MONOTONIC, NULL, &timer));
  end(one);
  show(timer_create(CLOCK_MONOTONIC, NULL, &timer));
  show(sigqueue(two, SIGRTMIN, value));
  show(timer_delete(timer));
  show(sigqueue(two, SIGRTMIN, value));
  const sigset_t set = set_of(SIGRTMIN);
  siginfo_t info;
  expect(sigwaitinfo(&set, &info) == SIGRTMIN);
  show(sigqueue(two, SIGRTMIN, value));
  end(two);
}

int main(void) {
  if (geteuid() != 0) {
    // Nobody else can become a user who has nothing queued elsewhere.
    puts("needs root");
    return 0;
  }
  print_status("one user", in_child(one_user));
  return 0;
}
