// clone(2), CLONE_VM|CLONE_VFORK: with a stack of its own the child runs in the parent's memory
// while the parent waits, and CLONE_CHILD_CLEARTID clears the word the parent still has.
// covers: clone wait4
#include "guest.h"

static volatile int counter;
static int tid_word = 77;

static int child(void *argument) {
  counter += *(int *)argument;
  const struct timespec pause = {0, 10000000};
  nanosleep(&pause, NULL);
  counter++;
  return 4;
}

int main(void) {
  const int size = 64 << 10;
  char *stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)stack);
  int amount = 40;
  const pid_t pid = clone(child, stack + size, CLONE_VM | CLONE_VFORK | SIGCHLD, &amount);
  must(pid);
  printf("counter %d\n", counter);
  print_status("child", wait_for(pid));

  const pid_t cleared =
      clone(child, stack + size, CLONE_VM | CLONE_VFORK | CLONE_CHILD_CLEARTID | SIGCHLD, &amount,
            NULL, NULL, &tid_word);
  must(cleared);
  printf("counter %d\n", counter);
  print_status("child with CLEARTID", wait_for(cleared));
  show(tid_word);

  const pid_t copy = clone(child, stack + size, SIGCHLD, &amount);
  must(copy);
  print_status("child on its own copy", wait_for(copy));
  printf("counter %d\n", counter);
  return 0;
}
