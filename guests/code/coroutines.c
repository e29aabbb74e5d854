// What Go's run time does with stacks and signals: coroutines whose stacks are too small move to
// larger mappings while they stand still, with every pointer into the old one adjusted and that one
// unmapped; and a loop without calls is preempted by a signal sent to its thread, whose handler
// sends it to a routine that saves all registers, flags and vectors, and lets another one run.
// covers: tgkill rt_sigreturn sigaltstack mmap munmap clone
// flags: -pthread
#include "guest.h"
#include <pthread.h>
#include <stdatomic.h>
#include <ucontext.h>

enum { kCoroutines = 4, kFirstSize = 2 * kPage, kRoom = 3072, kDepth = 1500, kPreemptions = 6 };
#ifdef __aarch64__
enum { kKept = 24 + 64 };  // x3 to x26, v0 to v31
#else
enum { kKept = 10 + 32 };  // rax, rbp, r8 to r15, xmm0 to xmm15
#endif

enum request { kGrow, kTurn, kPreempted, kDone };

struct coroutine {
  char *sp;
  char *stack;
  size_t size;
  enum request request;
  int preemptions, growths;
  int release;  // of the loop
  long result;
  bool kept, flag;
};

static struct coroutine coroutines[kCoroutines];
static struct coroutine *current;
static char *scheduler_sp;
static atomic_int worker_id, finished, may_end;

// Goes on where `to` stood when it called this, or begins; *save becomes the caller's own place.
void switch_stack(char **save, char *to);
// Fills registers from `in`, loops until *release is set, and stores them in `out`. True when the
// carry flag is what it was before the loop.
int spin(volatile int *release, const uint64_t *in, uint64_t *out);
// Where the handler sends a loop, and the loop's bounds.
extern char async_preempt[], spin_loop[], spin_loop_end[];

#ifdef __aarch64__
// x27 is nobody's, as in Go: by it the way back is taken.
__asm__(
    ".text\n.globl switch_stack, spin, spin_loop, spin_loop_end, async_preempt\n"
    ".macro general op, base, first, last\n.set at, \\first\n.rept \\last - \\first + 1\n"
    "general_one \\op, \\base, %at, %((at - \\first) * 8)\n.set at, at + 1\n.endr\n.endm\n"
    ".macro general_one op, base, number, place\n\\op x\\number, [\\base, #\\place]\n.endm\n"
    ".macro vectors op, kind, base, first, last, size\n.set at, \\first\n"
    ".rept \\last - \\first + 1\n"
    "vector_one \\op, \\kind, \\base, %at, %((at - \\first) * \\size)\n"
    ".set at, at + 1\n.endr\n.endm\n"
    ".macro vector_one op, kind, base, number, place\n\\op \\kind\\number, [\\base, #\\place]\n"
    ".endm\n.altmacro\n"
    ".macro callee_saved op\ngeneral \\op, sp, 19, 30\nadd x9, sp, #96\n"
    "vectors \\op, d, x9, 8, 15, 8\n.endm\n"
    "switch_stack:\n sub sp, sp, #160\n callee_saved str\n mov x9, sp\n str x9, [x0]\n"
    " mov sp, x1\n callee_saved ldr\n add sp, sp, #160\n ret\n"
    "spin:\n sub sp, sp, #160\n callee_saved str\n add x27, x1, #192\n"
    " vectors ldr, q, x27, 0, 31, 16\n general ldr, x1, 3, 26\n cmp sp, xzr\n"
    "spin_loop:\n ldr w1, [x0]\n cbz w1, spin_loop\n"
    "spin_loop_end:\n cset w0, cs\n add x27, x2, #192\n vectors str, q, x27, 0, 31, 16\n"
    " general str, x2, 3, 26\n callee_saved ldr\n add sp, sp, #160\n ret\n"
    "async_preempt:\n sub sp, sp, #768\n general str, sp, 0, 30\n mrs x0, nzcv\n"
    " str x0, [sp, #248]\n add x27, sp, #256\n vectors str, q, x27, 0, 31, 16\n bl preempted\n"
    " add x27, sp, #256\n vectors ldr, q, x27, 0, 31, 16\n ldr x0, [sp, #248]\n msr nzcv, x0\n"
    " general ldr, sp, 0, 26\n ldp x28, x29, [sp, #224]\n ldr x27, [sp, #240]\n"
    " ldr x30, [sp, #768]\n add sp, sp, #784\n br x27\n");
#else
__asm__(
    ".text\n.globl switch_stack, spin, spin_loop, spin_loop_end, async_preempt\n"
    ".macro vectors_to base\n.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
    "movups %xmm\\n, 16 * \\n(\\base)\n.endr\n.endm\n"
    ".macro vectors_from base\n.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
    "movups 16 * \\n(\\base), %xmm\\n\n.endr\n.endm\n"
    ".macro push_all names:vararg\n.irp name, \\names\npush %\\name\n.endr\n.endm\n"
    ".macro pop_all names:vararg\n.irp name, \\names\npop %\\name\n.endr\n.endm\n"
    ".macro numbered op, base\n.irp n, 8, 9, 10, 11, 12, 13, 14, 15\n"
    "\\op \\n, \\base\n.endr\n.endm\n"
    ".macro from n, base\nmov 8 * (\\n - 6)(\\base), %r\\n\n.endm\n"
    ".macro to n, base\nmov %r\\n, 8 * (\\n - 6)(\\base)\n.endm\n"
    "switch_stack:\n push_all rbp, rbx, r12, r13, r14, r15\n mov %rsp, (%rdi)\n mov %rsi, %rsp\n"
    " pop_all r15, r14, r13, r12, rbx, rbp\n ret\n"
    "spin:\n push_all rbp, rbx, r12, r13, r14, r15\n mov (%rsi), %rax\n mov 8(%rsi), %rbp\n"
    " numbered from, %rsi\n add $80, %rsi\n vectors_from %rsi\n stc\n"
    "spin_loop:\n mov (%rdi), %ecx\n jecxz spin_loop\n"
    "spin_loop_end:\n setc %cl\n mov %rax, (%rdx)\n mov %rbp, 8(%rdx)\n numbered to, %rdx\n"
    " add $80, %rdx\n vectors_to %rdx\n movzbl %cl, %eax\n"
    " pop_all r15, r14, r13, r12, rbx, rbp\n ret\n"
    "async_preempt:\n pushf\n push_all rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11, rbp, rbx\n"
    " push_all r12, r13, r14, r15\n sub $256, %rsp\n vectors_to %rsp\n mov %rsp, %rbp\n"
    " and $-16, %rsp\n cld\n call preempted\n mov %rbp, %rsp\n vectors_from %rsp\n"
    " add $256, %rsp\n pop_all r15, r14, r13, r12, rbx, rbp, r11, r10, r9, r8, rdi, rsi, rdx\n"
    " pop_all rcx, rax\n popf\n ret\n");
#endif

static void yield(enum request request) {
  current->request = request;
  switch_stack(&current->sp, scheduler_sp);
}

void preempted(void);  // called by async_preempt
void preempted(void) { yield(kPreempted); }

// As if the instruction it interrupted had been a call of async_preempt.
static void send_away(int number, siginfo_t *info, void *context) {
  (void)number, (void)info;
  ucontext_t *const frame = context;
#ifdef __aarch64__
  const uint64_t pc = frame->uc_mcontext.pc;
  uint64_t sp = frame->uc_mcontext.sp;
#else
  const uint64_t pc = (uint64_t)frame->uc_mcontext.gregs[REG_RIP];
  uint64_t sp = (uint64_t)frame->uc_mcontext.gregs[REG_RSP];
#endif
  if (pc < (uintptr_t)spin_loop || pc >= (uintptr_t)spin_loop_end) return;
#ifdef __aarch64__
  sp -= 16;
  memcpy((void *)(uintptr_t)sp, &frame->uc_mcontext.regs[30], sizeof pc);
  frame->uc_mcontext.regs[30] = pc;
  frame->uc_mcontext.sp = sp;
  frame->uc_mcontext.pc = (uintptr_t)async_preempt;
#else
  sp -= 8;
  memcpy((void *)(uintptr_t)sp, &pc, sizeof pc);
  frame->uc_mcontext.gregs[REG_RSP] = (greg_t)sp;
  frame->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)async_preempt;
#endif
}

static char *new_stack(size_t size) {
  char *const memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)memory);
  return memory;
}

// Every word of it that points into the old stack points into the new one.
static void move_stack(struct coroutine *one, size_t size) {
  char *const fresh = new_stack(size), *const end = one->stack + one->size;
  const size_t used = (size_t)(end - one->sp);
  const uintptr_t delta = (uintptr_t)(fresh + size) - (uintptr_t)end;
  memcpy(fresh + size - used, one->sp, used);
  uint64_t *const words = (uint64_t *)(void *)(fresh + size - used);
  for (size_t i = 0; i < used / sizeof *words; i++)
    if (words[i] > (uintptr_t)one->stack && words[i] <= (uintptr_t)end) words[i] += delta;
  must(munmap(one->stack, one->size));
  one->sp = fresh + size - used;
  one->stack = fresh;
  one->size = size;
}

// Each depth counts itself into the variable of the one above, which lies on the stack.
static __attribute__((noinline)) long descend(long depth, volatile long *above) {
  volatile long mine = depth;
  if ((char *)__builtin_frame_address(0) - current->stack < kRoom) yield(kGrow);
  if (depth % 100 == 7) yield(kTurn);
  const long below = depth > 0 ? descend(depth - 1, &mine) : 0;
  *above += 1;
  return below + mine;
}

static void run_coroutine(void) {
  struct coroutine *const self = current;
  volatile long counted = 0;
  uint64_t in[kKept], out[kKept] = {0};
  for (int round = 0; round < 2; round++) {
    self->result += descend(kDepth, &counted) + counted;
    for (int i = 0; i < kKept; i++)
      in[i] = 0x0123456789abcdefu * (uint64_t)(i + 1 + 100 * round + (int)(self - coroutines));
    self->release = self->preemptions = 0;
    self->flag = spin(&self->release, in, out) == 1;
    self->kept = (round == 0 || self->kept) && self->flag && memcmp(in, out, sizeof in) == 0;
  }
  yield(kDone);
}

static void begin(struct coroutine *one) {
  one->size = kFirstSize;
  one->stack = new_stack(one->size);
  // What switch_stack takes back: all zero, but for where it returns to.
#ifdef __aarch64__
  one->sp = one->stack + one->size - 160;
  uint64_t *const back = (uint64_t *)(void *)(one->sp + 88);
#else
  one->sp = one->stack + one->size - 64;
  uint64_t *const back = (uint64_t *)(void *)(one->sp + 48);
#endif
  *back = (uintptr_t)run_coroutine;
}

// Whoever stood still is moved, grown or not, so that nobody runs twice in one place.
static bool take_turn(struct coroutine *one) {
  current = one;
  switch_stack(&scheduler_sp, one->sp);
  if (one->request == kDone) {
    must(munmap(one->stack, one->size));
    return false;
  }
  one->growths += one->request == kGrow;
  move_stack(one, one->request == kGrow ? 2 * one->size : one->size);
  if (one->request == kPreempted && ++one->preemptions == kPreemptions) one->release = 1;
  return true;
}

static void *schedule(void *unused) {
  static char signal_stack[1 << 16];
  const stack_t alternate = {.ss_sp = signal_stack, .ss_size = sizeof signal_stack};
  must(sigaltstack(&alternate, NULL));
  bool alive[kCoroutines];
  for (int i = 0; i < kCoroutines; i++) begin(&coroutines[i]), alive[i] = true;
  atomic_store(&worker_id, (int)syscall(SYS_gettid));
  for (int left = kCoroutines; left > 0;)
    for (int i = 0; i < kCoroutines; i++)
      if (alive[i] && !take_turn(&coroutines[i])) alive[i] = false, left--;
  atomic_store(&finished, 1);
  while (!atomic_load(&may_end)) sched_yield();
  return unused;
}

int main(void) {
  pthread_t worker;
  install_info_handler(SIGURG, send_away, SA_ONSTACK | SA_RESTART);
  must(pthread_create(&worker, NULL, schedule, NULL) == 0 ? 0 : -1);
  while (atomic_load(&worker_id) == 0) sched_yield();
  const struct timespec pause = {0, 20000};
  while (!atomic_load(&finished)) {
    must(syscall(SYS_tgkill, getpid(), atomic_load(&worker_id), SIGURG));
    nanosleep(&pause, NULL);
  }
  atomic_store(&may_end, 1);
  pthread_join(worker, NULL);
  for (int i = 0; i < kCoroutines; i++)
    printf("%ld, grew: %s, registers kept: %s\n", coroutines[i].result,
           coroutines[i].growths > 2 ? "yes" : "no", coroutines[i].kept ? "yes" : "no");
  return 0;
}
