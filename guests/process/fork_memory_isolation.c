// fork(2): the child's memory is a copy. What either writes to globals, heap, stack, thread-local
// storage or private mappings afterwards, the other does not see.
// covers: clone wait4 mmap brk
#include "guest.h"

static int initialised = 42;
static int zeroed;
static _Thread_local int thread_local_initialised = 42;
static _Thread_local int thread_local_zeroed;

struct places {
  const char *name;
  volatile int *where;
};

int main(void) {
  int stack = 42;
  int *heap = malloc(sizeof *heap);
  int *large = malloc(8 << 20);
  int *grown = (int *)(move_break(kPage) - sizeof(int));
  int *mapped = mmap(NULL, 16 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)mapped);
  const struct places places[] = {
      {"global", &initialised},
      {"bss", &zeroed},
      {"thread-local", &thread_local_initialised},
      {"thread-local bss", &thread_local_zeroed},
      {"stack", &stack},
      {"heap", heap},
      {"large heap", large},
      {"heap end", large + (8 << 20) / sizeof(int) - 1},
      {"brk", grown},
      {"mapping", mapped},
      {"mapping end", mapped + 16 * kPage / sizeof(int) - 1},
  };
  const int count = sizeof places / sizeof places[0];
  for (int i = 0; i < count; i++) *places[i].where = 42;
  int ready[2], go[2];
  must(pipe(ready));
  must(pipe(go));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    int kept = 0;
    for (int i = 0; i < count; i++) kept += *places[i].where == 42;
    for (int i = 0; i < count; i++) *places[i].where = 99;
    must(write(ready[1], "x", 1));
    char byte;
    must(read(go[0], &byte, 1));
    int own = 0;
    for (int i = 0; i < count; i++) own += *places[i].where == 99;
    _exit(kept * 16 + own);
  }
  char byte;
  must(read(ready[0], &byte, 1));
  for (int i = 0; i < count; i++) printf("%s: %d\n", places[i].name, *places[i].where);
  for (int i = 0; i < count; i++) *places[i].where = 7;
  must(write(go[1], "x", 1));
  expect(WEXITSTATUS(wait_for(pid)) == count * 16 + count);
  for (int i = 0; i < count; i++) printf("%s: %d\n", places[i].name, *places[i].where);
  return 0;
}
