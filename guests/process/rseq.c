// rseq(2), as <linux/rseq.h> and the kernel's rseq.c describe it (there is no man page): which
// registrations are refused, that fork keeps one and a child in the same memory starts without; a
// signal's handler that comes in the middle of a sequence sees it aborted; counting per CPU by
// sequences loses nothing under preemption; a description that is wrong is a SIGSEGV.
// covers: rseq membarrier clone
// kemu: --chaos=3
#include "guest.h"
#include <ucontext.h>

enum {
  kSignature = 0x53053053,
  kSize = 32,
  kUnregister = 1,
  kWorkers = 4,
  kRounds = 2000,
  kCpus = 1024
};

struct area {
  uint32_t cpu_id_start, cpu_id;
  uint64_t section;
  uint32_t flags, node_id, mm_cid, padding;
} __attribute__((aligned(32)));

struct section {
  uint32_t version, flags;
  uint64_t start, size, abort;
};

// int wait_in_sequence(struct area *, const struct section *, volatile int *end): 0 when *end was
// set, 1 when aborted. The sequence is from wait_start to wait_end.
// int count_in_sequence(struct area *, const struct section *, uint64_t *counters): 1 when aborted.
__asm__(
    ".text\n"
    "\t.globl wait_start, wait_end, wait_abort, count_start, count_end, count_abort\n"
#ifdef __aarch64__
    ".macro begin_sequence\n\tstr x1, [x0, #8]\n.endm\n"
    "wait_in_sequence:\n\tbegin_sequence\n"
    "wait_start:\n1:\tldr w3, [x2]\n\tcbz w3, 1b\n"
    "wait_end:\n\tmov w0, #0\n\tret\n"
    "\t.long 0x53053053\n"
    "wait_abort:\n\tmov w0, #1\n\tret\n"
    "count_in_sequence:\n\tbegin_sequence\n"
    "count_start:\n\tldr w3, [x0, #4]\n\tldr x4, [x2, x3, lsl #3]\n\tadd x4, x4, #1\n\tb 1f\n"
    "1:\tstr x4, [x2, x3, lsl #3]\n"
    "count_end:\n\tmov w0, #0\n\tret\n"
    "\t.long 0x53053053\n"
    "count_abort:\n\tmov w0, #1\n\tret\n"
#else
    "wait_in_sequence:\n\tmovq %rsi, 8(%rdi)\n"
    "wait_start:\n1:\tcmpl $0, (%rdx)\n\tje 1b\n"
    "wait_end:\n\txorl %eax, %eax\n\tret\n"
    "\t.long 0x53053053\n"
    "wait_abort:\n\tmovl $1, %eax\n\tret\n"
    "count_in_sequence:\n\tmovq %rsi, 8(%rdi)\n"
    "count_start:\n\tmovl 4(%rdi), %eax\n\tmovq (%rdx,%rax,8), %rcx\n\tincq %rcx\n\tjmp 1f\n"
    "1:\tmovq %rcx, (%rdx,%rax,8)\n"
    "count_end:\n\txorl %eax, %eax\n\tret\n"
    "\t.long 0x53053053\n"
    "count_abort:\n\tmovl $1, %eax\n\tret\n"
#endif
);

int wait_in_sequence(struct area *area, const struct section *section, volatile int *end);
int count_in_sequence(struct area *area, const struct section *section, uint64_t *counters);
extern const char wait_start[], wait_end[], wait_abort[], count_start[], count_end[], count_abort[];

static struct section section_of(const char *start, const char *end, const char *abort) {
  return (struct section){0, 0, (uintptr_t)start, (uintptr_t)(end - start), (uintptr_t)abort};
}

static struct area area, other;
static struct section waiting, counting;

static long rseq(struct area *where, uint32_t size, int flags, uint32_t signature) {
  return syscall(SYS_rseq, where, size, flags, signature);
}

// A libc may have registered an area of its own for the calling thread: what runs by this starts
// without one.
static int run_unregistered(int (*body)(void *)) {
  static char stack[1 << 16] __attribute__((aligned(16)));
  const int flags = CLONE_VM | CLONE_VFORK | SIGCHLD;
  return wait_for((pid_t)must(clone(body, stack + sizeof stack, flags, NULL)));
}

static void show_again(void) { show(rseq(&area, kSize, 0, kSignature)); }

static int registrations(void *unused) {
  (void)unused;
  area.cpu_id = 77;
  show(rseq(&area, kSize, kUnregister, kSignature));
  show(rseq(&area, kSize, 2, kSignature));
  show(rseq(&area, kSize, 3, kSignature));
  show(rseq(&area, kSize - 1, 0, kSignature));
  show(rseq(&area, 0, 0, kSignature));
  show(rseq((struct area *)((char *)&area + 8), kSize, 0, kSignature));
  show(rseq((struct area *)~(uintptr_t)31, kSize, 0, kSignature));
  expect(area.cpu_id == 77);
  show(rseq(&area, kSize, 0, kSignature));
  expect(area.cpu_id < kCpus && area.cpu_id_start == area.cpu_id);
  show(rseq(&area, kSize, 0, kSignature));
  show(rseq(&area, kSize, 0, kSignature + 1));
  show(rseq(&area, kSize + 32, 0, kSignature));
  show(rseq(&other, kSize, 0, kSignature));
  print_status("child", in_child(show_again));
  show(rseq(&other, kSize, kUnregister, kSignature));
  show(rseq(&area, kSize + 32, kUnregister, kSignature));
  show(rseq(&area, kSize, kUnregister, kSignature + 1));
  show(rseq(&area, kSize, kUnregister | 2, kSignature));
  show(rseq(&area, kSize, kUnregister, kSignature));
  expect(area.cpu_id == UINT32_MAX && area.cpu_id_start == 0);
  show(rseq(&area, kSize, kUnregister, kSignature));
  show(rseq(&area, kSize, 0, kSignature));
  _exit(0);
}

static volatile int never, seen_abort, seen_cleared;

static void handler(int number, siginfo_t *info, void *context) {
  (void)number, (void)info;
  const ucontext_t *const frame = context;
#ifdef __aarch64__
  const uintptr_t pc = frame->uc_mcontext.pc;
#else
  const uintptr_t pc = (uintptr_t)frame->uc_mcontext.gregs[REG_RIP];
#endif
  seen_abort += pc == (uintptr_t)wait_abort;
  seen_cleared += area.section == 0;
}

static void tick(void) {
  const struct itimerval soon = {{0, 500}, {0, 500}};
  must(setitimer(ITIMER_REAL, &soon, NULL));
}

static int aborted_by_signals(void *unused) {
  (void)unused;
  install_info_handler(SIGALRM, handler, 0);
  must(rseq(&area, kSize, 0, kSignature));
  int aborted = 0;
  for (int i = 0; i < 10; i++) {
    // A tick may come before the sequence begins, and preemption may abort it without one.
    seen_abort = 0;
    tick();
    while (seen_abort == 0) {
      const int result = wait_in_sequence(&area, &waiting, &never);
      aborted += result;
      if (result != 1) _exit(1);
    }
    const struct itimerval none = {{0, 0}, {0, 0}};
    must(setitimer(ITIMER_REAL, &none, NULL));
  }
  expect(aborted >= 10);
  expect(seen_cleared >= 10);
  // Not in the sequence any more: what stands there is only taken away.
  area.section = (uintptr_t)&waiting;
  syscall(SYS_kill, getpid(), SIGALRM);
  expect(area.section == 0);
  static volatile int at_once = 1;
  show(wait_in_sequence(&area, &waiting, &at_once));
  _exit(0);
}

static uint64_t *counters;

static int count(void *unused) {
  (void)unused;
  must(rseq(&area, kSize, 0, kSignature));
  for (int i = 0; i < kRounds; i++)
    while (count_in_sequence(&area, &counting, counters)) {
    }
  _exit(0);
}

static void count_unregistered(void) {
  if (run_unregistered(count) != 0) _exit(1);
}

static void per_cpu_counters(void) {
  counters = mmap(NULL, kCpus * sizeof *counters, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must((long)counters);
  pid_t workers[kWorkers];
  for (int i = 0; i < kWorkers; i++) {
    workers[i] = (pid_t)must(fork());
    if (workers[i] == 0) count_unregistered(), _exit(0);
  }
  for (int i = 0; i < kWorkers; i++) print_status("worker", wait_for(workers[i]));
  uint64_t sum = 0;
  for (int i = 0; i < kCpus; i++) sum += counters[i];
  printf("counted %d\n", (int)sum);
}

static struct section bad;

static int run_bad(void *unused) {
  (void)unused;
  must(rseq(&area, kSize, 0, kSignature));
  area.section = (uintptr_t)&bad;
  kill(getpid(), SIGALRM);
  _exit(0);
}

static void wrong(const char *what, struct section section) {
  bad = section;
  print_status(what, run_unregistered(run_bad));
}

static int section_elsewhere(void *where) {
  must(rseq(&area, kSize, 0, kSignature));
  area.section = (uintptr_t)where;
  kill(getpid(), SIGALRM);
  _exit(0);
}

static int section_nowhere(void *unused) { return (void)unused, section_elsewhere((void *)16); }
static int section_in_kernel(void *unused) {
  return (void)unused, section_elsewhere((void *)~31UL);
}

static void wrong_sections(void) {
  struct section section = waiting;
  wrong("right", section);
  section.version = 1;
  wrong("version 1", section);
  section = waiting;
  section.abort = section.start;
  wrong("abort inside", section);
  section = waiting;
  section.abort = section.start - 64;
  wrong("no signature", section);
  section = waiting;
  section.size = ~section.start;
  wrong("beyond memory", section);
  print_status("nowhere", run_unregistered(section_nowhere));
  print_status("in the kernel", run_unregistered(section_in_kernel));
}

int main(void) {
  waiting = section_of(wait_start, wait_end, wait_abort);
  counting = section_of(count_start, count_end, count_abort);
  print_status("registrations", run_unregistered(registrations));
  print_status("signals", run_unregistered(aborted_by_signals));
  per_cpu_counters();
  install_info_handler(SIGALRM, handler, 0);
  wrong_sections();
  return 0;
}
