// mprotect(2): code written while its pages are writable and run while they are executable, never
// both, as LuaJIT and hardened V8 do: an area that grows downwards, traces that leave through exits
// which are patched to lead to newer traces, and all of it again and again. Without a right the
// access is a SIGSEGV.
// covers: mprotect mmap munmap rt_sigaction
#include "guest.h"
#include "machine_code.h"
#include <setjmp.h>

enum { kPages = 16, kTraces = 120, kTraceSize = 544, kLinked = 5 };

static sigjmp_buf back;

static void on_fault(int number, siginfo_t *info, void *context) {
  (void)number, (void)context;
  siglongjmp(back, info->si_code == SEGV_ACCERR ? 1 : 2);
}

static void refused(const char *what, char *at, bool write) {
  const int why = sigsetjmp(back, 1);
  if (why == 0) {
    if (write) emit_return(at, 1);
    printf("%s: %d\n", what, call_code(at));
  } else {
    printf("%s: SIGSEGV, %s\n", what, why == 1 ? "no right" : "not mapped");
  }
}

static char *area;

static void area_rights(int protection) { must(mprotect(area, kPages * kPage, protection)); }

// LuaJIT's machine code area: filled from its end, one trace at a time, each of which flips the
// whole area. A trace ends in an exit that returns, until it is patched to lead on to the next one.
static void traces(void) {
  char *first = NULL, *exit = NULL;
  int right = 0, expected = 0;
  for (int i = 0; i < kTraces; i++) {
    char *const trace = area + kPages * kPage - (i + 1) * kTraceSize;
    area_rights(kReadWrite);
    char *at = trace;
    if (i % kLinked == 0) {
      first = trace;
      expected = 0;
      at = emit_set(at, 0);
    } else {
      emit_jump(exit, trace);
    }
    exit = emit_add(at, i);
    emit_ret(exit);
    area_rights(kReadExecute);
    publish(area, kPages * kPage);
    expected += i;
    right += call_code(first) == expected;
  }
  printf("traces: %d\n", right);
}

// One function a page, each rewritten with only its own page writable.
static void page_by_page(void) {
  int right = 0;
  for (int round = 0; round < 20; round++) {
    for (int page = 0; page < kPages; page++) {
      char *const at = area + page * kPage + 128;
      must(mprotect(area + page * kPage, kPage, kReadWrite));
      emit_return(at, round * 100 + page);
      must(mprotect(area + page * kPage, kPage, kReadExecute));
      publish(at, 16);
      right += call_code(at) == round * 100 + page;
      if (page > 0) right += call_code(at - kPage) == round * 100 + page - 1;
    }
  }
  printf("page by page: %d\n", right);
}

int main(void) {
  install_info_handler(SIGSEGV, on_fault, 0);
  area = code_pages(kPages, kReadWrite);
  for (int again = 0; again < 3; again++) traces();
  page_by_page();
  char *const at = area + 128;
  refused("write to code", at, true);
  area_rights(kReadWrite);
  refused("call of data", at, false);
  area_rights(PROT_NONE);
  refused("call without rights", at, false);
  area_rights(kReadExecute);
  printf("after PROT_NONE: %d\n", call_code(at));
  area_rights(PROT_EXEC);
  printf("PROT_EXEC alone: %d\n", call_code(at));
  must(munmap(area, kPages * kPage));
  refused("call of nothing", at, false);
  return 0;
}
