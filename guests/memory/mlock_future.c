// mlockall(2), MCL_FUTURE: new mappings and the heap are locked, at once or with MCL_ONFAULT as
// pages come, within RLIMIT_MEMLOCK: EAGAIN for mmap, no growth for the break.
// covers: mlockall munlockall mmap brk mincore setrlimit
#include "guest.h"
#include "locked_memory.h"
#include "unprivileged.h"

static int resident(char *page) {
  unsigned char there = 0;
  must(mincore(page, kPage, &there));
  return there & 1;
}

static void limited(void) {
  become_unprivileged();
  limit_locks(4);
  show(mlockall(MCL_FUTURE));
  char *three = some_pages(3, 0);
  show_ok((long)three);
  show(locked_pages());
  show(resident(three + kPage));
  show_ok((long)some_pages(2, 0));
  // One page is left, and the heap's end may lie in the middle of a page.
  show_ok((long)move_break(4 * kPage));
  show(munmap(three, kPage));
  show(locked_pages());
  show(munlockall());
  show(locked_pages());
  show_ok((long)some_pages(2, 0));
  show(locked_pages());
  show_ok((long)move_break(4 * kPage));
}

static void on_fault(void) {
  become_unprivileged();
  limit_locks(8);
  show(mlockall(MCL_FUTURE | MCL_ONFAULT));
  char *two = some_pages(2, 0);
  show(locked_pages());
  show(resident(two));
  two[0] = 1;
  show(resident(two));
  show(mlockall(MCL_ONFAULT));
  // Asking for the future anew forgets the old wish and keeps what is locked.
  show(mlockall(MCL_FUTURE));
  char *one = some_pages(1, 0);
  show(resident(one));
  show(locked_pages());
}

static void heap(void) {
  must(mlockall(MCL_FUTURE));
  char *old = move_break(0);
  const long before = locked_pages();
  must((long)move_break(4 * kPage));
  expect(locked_pages() - before == 4);
  char *page = (char *)(((unsigned long)old + kPage) & ~(kPage - 1L));
  show(resident(page));
  must((long)move_break(-4 * kPage));
  expect(locked_pages() == before);
}

int main(void) {
  print_status("limited", in_child(limited));
  print_status("on fault", in_child(on_fault));
  print_status("heap", in_child(heap));
  return 0;
}
