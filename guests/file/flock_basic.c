// flock(2): locks belong to the open file description: shared by dup and fork, refused to another
// open, freed by the last close.
// covers: flock
#include "guest.h"
#include <sys/file.h>

int main(void) {
  enter_scratch();
  const int first = (int)must(open("file", O_RDWR | O_CREAT, 0644));
  const int second = (int)must(open("file", O_RDWR));
  show(flock(first, LOCK_EX));
  show(flock(second, LOCK_EX | LOCK_NB));
  show(flock(second, LOCK_SH | LOCK_NB));
  show(flock(first, LOCK_SH));
  show(flock(second, LOCK_SH | LOCK_NB));
  show(flock(second, LOCK_EX | LOCK_NB));
  show(flock(first, LOCK_UN));
  show(flock(second, LOCK_EX | LOCK_NB));
  const int copy = (int)must(dup(second));
  must(close(second));
  show(flock(first, LOCK_EX | LOCK_NB));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    show(flock(copy, LOCK_EX | LOCK_NB));
    show(flock(first, LOCK_EX | LOCK_NB));
    _exit(0);
  }
  print_status("child", wait_for(pid));
  const pid_t waiter = (pid_t)must(fork());
  if (waiter == 0) {
    must(close(copy));
    show(flock(first, LOCK_EX));
    _exit(0);
  }
  sleep_ms(10);
  show(waitpid(waiter, NULL, WNOHANG));
  must(close(copy));
  print_status("waiter", wait_for(waiter));
  show(flock(first, 77));
  show(flock(9999, LOCK_EX));
  show(flock(first, LOCK_UN));
  leave_scratch();
  return 0;
}
