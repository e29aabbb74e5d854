// futex(2): FUTEX_WAIT is EAGAIN when the word has another value, FUTEX_WAKE counts those it wakes,
// and bad addresses and operations are refused.
// covers: futex
#include "guest.h"
#include <linux/futex.h>

static uint32_t word = 5;

static long futex(void *address, int operation, uint32_t value) {
  return syscall(SYS_futex, address, operation, value, NULL, NULL, 0);
}

int main(void) {
  show(futex(&word, FUTEX_WAIT, 4));
  show(futex(&word, FUTEX_WAIT_PRIVATE, 6));
  show(futex(&word, FUTEX_WAKE, 1));
  show(futex(&word, FUTEX_WAKE_PRIVATE, INT_MAX));
  show(futex((char *)&word + 1, FUTEX_WAIT, 5));
  show(futex((char *)&word + 2, FUTEX_WAKE, 5));
  show(futex((void *)16, FUTEX_WAIT, 5));
  show(futex(&word, 99, 5));
  show(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, 4, NULL, NULL, 1));
  show(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, 5, NULL, NULL, 0));
  show(syscall(SYS_futex, &word, FUTEX_CMP_REQUEUE, 1, 1L, &word, 4));
  // Between processes, through a shared mapping.
  uint32_t *shared = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must((long)shared);
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    while (*(volatile uint32_t *)shared == 0) futex(shared, FUTEX_WAIT, 0);
    _exit(*shared == 9 ? 3 : 4);
  }
  sleep_ms(10);
  *shared = 9;
  must(futex(shared, FUTEX_WAKE, 1));
  print_status("child", wait_for(pid));
  return 0;
}
