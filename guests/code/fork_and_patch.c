// fork(2), clone(2), execve(2): code that parent and child both run is changed by one of them: each
// keeps its own, whatever the other has translated; with CLONE_VM both have the new one. A child
// that has changed its code can run other programs.
// covers: clone execve wait4 mmap
#include "guest.h"
#include "machine_code.h"

enum { kRounds = 20 };

static char *code;
static int value;

static void patch(int to) {
  patch_set(code, to);
  publish(code, kFunctionSize);
}

static void patch_in_child(void) {
  const int before = call_code(code);
  patch(value + 1000);
  if (before != value || call_code(code) != value + 1000) _exit(1);
  // And a grandchild, which leaves both alone.
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    patch(value + 2000);
    _exit(call_code(code) == value + 2000 ? 0 : 2);
  }
  if (wait_for(pid) != 0 || call_code(code) != value + 1000) _exit(3);
}

static void private_copies(void) {
  int right = 0;
  for (value = 0; value < kRounds; value++) {
    patch(value);
    right += call_code(code) == value;
    right += in_child(patch_in_child) == 0;
    right += call_code(code) == value;
  }
  printf("child patches: %d\n", right);

  int to_child[2];
  right = 0;
  for (value = 0; value < kRounds; value++) {
    must(pipe(to_child));
    patch(value);
    const pid_t pid = (pid_t)must(fork());
    if (pid == 0) {
      char byte;
      const bool first = call_code(code) == value;
      must(read(to_child[0], &byte, 1));
      _exit(first && call_code(code) == value ? 0 : 1);
    }
    patch(value + 500);
    right += call_code(code) == value + 500;
    must(write(to_child[1], "", 1));
    right += wait_for(pid) == 0;
    right += call_code(code) == value + 500;
    must(close(to_child[0]));
    must(close(to_child[1]));
  }
  printf("parent patches: %d\n", right);
}

static int patch_in_vfork(void *unused) {
  (void)unused;
  if (call_code(code) != value) _exit(1);
  patch(value + 3000);
  _exit(call_code(code) == value + 3000 ? 0 : 1);
}

static void shared_memory(void) {
  static char stack[1 << 16] __attribute__((aligned(16)));
  int right = 0;
  for (value = 0; value < kRounds; value++) {
    patch(value);
    right += call_code(code) == value;
    const pid_t pid = (pid_t)must(
        clone(patch_in_vfork, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, NULL));
    right += wait_for(pid) == 0;
    right += call_code(code) == value + 3000;
  }
  printf("child in the same memory patches: %d\n", right);
}

static char *own_path;

static void patch_and_exec(void) {
  patch(4321);
  if (call_code(code) != 4321) _exit(1);
  char *const arguments[] = {own_path, (char *)"again", NULL};
  execv("/proc/self/exe", arguments);
  _exit(2);
}

int main(int count, char **arguments) {
  code = code_pages(1, kAllAccess);
  emit_return(code, 0);
  publish(code, kFunctionSize);
  if (count > 1) {
    printf("after exec: %d\n", call_code(code));
    return 0;
  }
  own_path = arguments[0];
  private_copies();
  shared_memory();
  patch(1);
  print_status("child", in_child(patch_and_exec));
  printf("parent: %d\n", call_code(code));
  return 0;
}
