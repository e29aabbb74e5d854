// fork(2), ENOMEM and EINVAL: a fork that is refused leaves the parent as it was: its memory, its
// children and its ability to fork. Whether so large a parent is refused depends on the machine.
// covers: clone mmap munmap wait4 sysinfo
#include "guest.h"
#include <sys/sysinfo.h>

static uint64_t *kept;

static void check_kept(void) {
  int right = 0;
  for (uint64_t i = 0; i < 64; i++) right += kept[i * kPage / 8] == i * i;
  printf("pages right: %d\n", right);
}

int main(void) {
  const int protection = PROT_READ | PROT_WRITE;
  kept = mmap(NULL, 64 * kPage, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)kept);
  for (uint64_t i = 0; i < 64; i++) kept[i * kPage / 8] = i * i;
  struct sysinfo machine;
  must(sysinfo(&machine));
  // Two mappings of 60% of all memory each, untouched: adjacent ones become one region, which Linux
  // may find too large to promise twice.
  const size_t size = machine.totalram * machine.mem_unit / 10 * 6 / kPage * kPage;
  void *large[2];
  for (int i = 0; i < 2; i++) {
    large[i] = mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  }
  const pid_t pid = fork();
  if (pid == 0) _exit(0);
  expect(pid == -1 ? errno == ENOMEM || errno == EAGAIN : wait_for(pid) == 0);
  show(wait(NULL));
  check_kept();
  for (int i = 0; i < 2; i++) {
    if (large[i] != MAP_FAILED) must(munmap(large[i], size));
  }
  // CLONE_SIGHAND without CLONE_VM.
  show(syscall(SYS_clone, (long)CLONE_SIGHAND | SIGCHLD, 0L, 0L, 0L, 0L));
  show(wait(NULL));
  print_status("child", in_child(check_kept));
  check_kept();
  return 0;
}
