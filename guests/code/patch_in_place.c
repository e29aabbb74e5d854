// mmap(2), PROT_EXEC: code in memory that is writable and executable at once is changed while it
// runs, and the next time it is reached it does the new thing: in the very next instruction, in the
// same block, in another block and page, where a sequence of them crosses a page, and in a loop
// that goes round in between. Inline caches (patched call sites) and patched jumps, too.
// covers: mmap munmap
#include "guest.h"
#include "machine_code.h"

enum { kRounds = 200 };

// A function that changes one of its own `emit_set`s and then comes by it, `gap` bytes behind.
static void next_instructions(char *memory) {
  for (int gap = 0; gap <= 3 * kPage; gap = gap == 0 ? 4 : gap * 4) {
    char *at = emit_store_argument(memory);
    if (gap >= 16) at = emit_jump(at, memory + 64 + gap);
    if (gap == 4) at = emit_set(at, 7);
    if (gap >= 16) at = memory + 64 + gap;
    char *const target = at;
    publish(memory, (size_t)(emit_return(at, 65535) - memory));
    int right = 0;
    for (int i = 0; i < kRounds; i++)
      right += call_with_store(memory, patch_place(target), patch_word(i)) == i;
    printf("%d bytes behind: %d\n", gap, right);
  }
}

// Functions that lie across the border of two pages, one at a time on each side.
static void across_pages(char *memory) {
  int right = 0;
  for (int i = 0; i < kRounds; i++) {
    char *const start = memory + kPage - 4 * (i % 8);
    char *at = emit_set(start, 1);
    for (int part = 0; part < 5; part++) at = emit_add(at, part + i);
    publish(start, (size_t)(emit_ret(at) - start));
    right += call_code(start) == 11 + 5 * i;
    // Only the second page, then only the first.
    char *const last = start + (at - start) / 6 * 5;
    emit_add(last, 1000);
    publish(last, 8);
    right += call_code(start) == 1 + 6 + 4 * i + 1000;
    emit_set(start, 100);
    publish(start, 8);
    right += call_code(start) == 100 + 6 + 4 * i + 1000;
  }
  printf("across pages: %d\n", right);
}

// A call site that is changed to call what it is to call next, directly.
static void inline_cache(char *memory) {
  char *const site = emit_enter(memory);
  char *at = emit_call(site, memory + 1024);
  at = emit_add(at, 1);
  emit_leave(at);
  for (int i = 0; i < 8; i++) emit_return(memory + 1024 + i * 512, 10 * i);
  publish(memory, 2 * kPage);
  int right = 0;
  for (int i = 0; i < kRounds; i++) {
    emit_call(site, memory + 1024 + i % 8 * 512);
    publish(site, 8);
    for (int again = 0; again < 3; again++) right += call_code(memory) == 10 * (i % 8) + 1;
  }
  printf("inline cache: %d\n", right);
}

// A chain of jumps over pages whose links are changed one after the other.
static void jump_chain(char *memory) {
  int right = 0;
  for (int page = 0; page < 4; page++) {
    emit_jump(memory + page * kPage, memory + page * kPage + 2048);
    emit_return(memory + page * kPage + 2048, page);
  }
  publish(memory, 4 * kPage);
  for (int i = 0; i < kRounds; i++) {
    const int links = i % 4;
    for (int page = 0; page < 4; page++) {
      char *const next = memory + (page + 1) * kPage;
      char *const here = memory + page * kPage;
      emit_jump(here, page < links ? next : here + 2048);
      publish(here, 8);
    }
    right += call_code(memory) == links;
  }
  printf("chain of jumps: %d\n", right);
}

static char *loop_code;
static int loops;

// Called by the loop: lets it come round `kRounds` times, changing what it adds, then ends it.
static int from_loop(void) {
  loops++;
  patch_set(loop_code + 256, loops);
  publish(loop_code + 256, 8);
  if (loops == kRounds) {
    emit_leave(loop_code + 512);
    publish(loop_code + 512, 16);
  }
  return 0;
}

// A loop without an end, but for what the function it calls makes of it.
static void loop(char *memory) {
  loop_code = memory;
  char *const top = emit_enter(memory);
  emit_jump(emit_call(top, memory + 1024), memory + 256);
  emit_far_jump(memory + 1024, (const void *)(uintptr_t)from_loop);
  emit_jump(emit_set(memory + 256, 0), memory + 512);
  emit_jump(memory + 512, top);
  publish(memory, kPage);
  const int result = call_code(memory);
  printf("loop left with %d after %d\n", result, loops);
}

int main(void) {
  char *const memory = code_pages(5, kAllAccess);
  next_instructions(memory);
  across_pages(memory);
  inline_cache(memory);
  jump_chain(memory);
  loop(memory);
  show(munmap(memory, 5 * kPage));
  return 0;
}
