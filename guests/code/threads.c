// pthreads(7), mmap(2): one thread writes code that others run: a jump that they go through all the
// time is patched from target to target, by way of the same mapping and of another one; new
// functions are published by a pointer, and unmapped when nobody can be in them any more.
// covers: clone mmap munmap membarrier memfd_create
// flags: -pthread
#include "guest.h"
#include "machine_code.h"
#include <pthread.h>

enum { kRunners = 3, kTargets = 8, kPatches = 400, kFunctions = 200 };
enum { kRegisterCore = 64, kPrivateCore = 32 };

struct published {
  char *code;
  int value;
};

static char *executable, *writable;
static struct published functions[kFunctions];
static struct published *volatile newest;
static volatile int running = 1;
static volatile int seen[kRunners];

// The jump's 32 bits that are stored at once are aligned.
static char *site(char *area) { return area + BY_MACHINE(0, 3); }
static char *target(int number) { return executable + 512 + number % kTargets * 768; }

static void patch_jump(int number, bool other_mapping) {
  char *const at = site(executable);
#ifdef __aarch64__
  const uint32_t word = 0x14000000u | (uint32_t)((target(number) - at) / 4);
#else
  const uint32_t word = (uint32_t)(target(number) - at - kJumpSize);
#endif
  char *const view = site(other_mapping ? writable : executable);
  __atomic_store_n(patch_place(view), word, __ATOMIC_RELEASE);
  publish(at, 16);
}

static void *run(void *number) {
  long wrong = 0;
  while (running) {
    const int result = call_code(site(executable));
    wrong += result < 0 || result >= kTargets;
    struct published *const function = newest;
    if (function != NULL) wrong += call_code(function->code) != function->value;
    seen[(intptr_t)number]++;
  }
  return (void *)wrong;
}

// Until each of the others has been round once more, and so has left what it was in.
static void wait_for_others(void) {
  int before[kRunners];
  for (int i = 0; i < kRunners; i++) before[i] = seen[i];
  for (int i = 0; i < kRunners; i++)
    while (seen[i] - before[i] < 2) sched_yield();
}

int main(void) {
  must(syscall(SYS_membarrier, kRegisterCore, 0, 0));
  const int fd = (int)must(memfd_create("code", 0));
  must(ftruncate(fd, 2 * kPage));
  executable = mmap(NULL, 2 * kPage, kAllAccess, MAP_SHARED, fd, 0);
  writable = mmap(NULL, 2 * kPage, kReadWrite, MAP_SHARED, fd, 0);
  must((long)executable);
  must((long)writable);
  emit_jump(site(executable), target(0));
  for (int i = 0; i < kTargets; i++) emit_return(target(i), i);
  publish(executable, 2 * kPage);

  pthread_t runners[kRunners];
  for (intptr_t i = 0; i < kRunners; i++)
    must(-(pthread_create(&runners[i], NULL, run, (void *)i) != 0));
  int right = 0;
  for (int i = 0; i < kPatches; i++) {
    patch_jump(i, i % 2);
    must(syscall(SYS_membarrier, kPrivateCore, 0, 0));
    right += call_code(site(executable)) == i % kTargets;
    if (i % 16 == 0) sched_yield();
  }
  printf("jumps: %d\n", right);

  char *old = NULL;
  for (int i = 0; i < kFunctions; i++) {
    char *const code = code_pages(1, kReadWrite);
    emit_return(code + 64, i);
    must(mprotect(code, kPage, kReadExecute));
    publish(code + 64, 16);
    functions[i] = (struct published){code + 64, i};
    must(syscall(SYS_membarrier, kPrivateCore, 0, 0));
    __atomic_store_n(&newest, &functions[i], __ATOMIC_RELEASE);
    if (i % 4 != 0) continue;
    wait_for_others();
    if (old != NULL) must(munmap(old, kPage));
    old = code;
  }
  running = 0;
  long wrong = 0;
  for (int i = 0; i < kRunners; i++) {
    void *result;
    must(-(pthread_join(runners[i], &result) != 0));
    wrong += (long)result;
  }
  printf("wrong results: %ld\n", wrong);
  return 0;
}
