// set_robust_list(2), set_tid_address(2): the list head is kept per thread and has one size; the
// address call returns the caller's id.
// covers: set_robust_list get_robust_list set_tid_address gettid
#include "guest.h"

int main(void) {
  static void *head[3];
  head[0] = head;
  void *got = NULL;
  size_t size = 0;
  show(syscall(SYS_set_robust_list, head, sizeof head));
  show(syscall(SYS_get_robust_list, 0, &got, &size));
  expect(got == head);
  show(size);
  show(syscall(SYS_set_robust_list, head, 23L));
  show(syscall(SYS_get_robust_list, 0x3fffffff, &got, &size));
  show(syscall(SYS_get_robust_list, 0, 16L, &size));
  static int word;
  expect(syscall(SYS_set_tid_address, &word) == getpid());
  expect(syscall(SYS_gettid) == getpid());
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    syscall(SYS_get_robust_list, 0, &got, &size);
    _exit(syscall(SYS_gettid) == getpid() ? 5 : 6);
  }
  print_status("child", wait_for(pid));
  return 0;
}
