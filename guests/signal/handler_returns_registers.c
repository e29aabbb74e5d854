// sigreturn(2): a handler that overwrites every register it can is invisible to the code it
// interrupted: general, floating-point and condition registers are as before, x0 and x8 among them.
// covers: rt_sigreturn setitimer kill
#include "guest.h"

static volatile int count;
volatile int handlers_done;
long registers_changed;

static void handler(int number) {
  (void)number;
#if defined(__aarch64__)
  __asm__ volatile(
      ".irp r,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18\n mov x\\r, #-1\n .endr\n"
      ".irp r,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31"
      "\n movi v\\r\\().16b, #0xff\n .endr\n"
      "cmp x0, #5\n" ::
          : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13",
            "x14", "x15", "x16", "x17", "x18", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8",
            "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19", "v20",
            "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31", "cc");
#else
  __asm__ volatile(
      ".irp r,rax,rcx,rdx,rsi,rdi,r8,r9,r10,r11\n mov $-1, %%\\r\n .endr\n"
      ".irp r,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n pcmpeqd %%xmm\\r, %%xmm\\r\n .endr\n" ::
          : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2",
            "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12",
            "xmm13", "xmm14", "xmm15", "cc");
#endif
  if (++count >= 10) handlers_done = 1;
}

// Fills the registers, spins until handlers_done, and returns what differs (0: nothing).
__attribute__((noinline)) static long spin_with_full_registers(void) {
#if defined(__aarch64__)
  __asm__ volatile(
      "adrp x10, handlers_done\n"
      "add x10, x10, :lo12:handlers_done\n"
      ".irp r,0,1,2,3,4,5,6,7,8,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,30\n"
      " mov x\\r, #(0x1000 + \\r)\n .endr\n"
      ".irp r,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31"
      "\n movi v\\r\\().16b, #\\r\n .endr\n"
      "cmp x0, x0\n"
      "1: ldr w9, [x10]\n"
      "cbz w9, 1b\n"
      "cset x9, ne\n"
      ".irp r,0,1,2,3,4,5,6,7,8,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,30\n"
      " sub x10, x\\r, #1, lsl #12\n sub x10, x10, #\\r\n orr x9, x9, x10\n .endr\n"
      ".irp r,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31"
      "\n umov w10, v\\r\\().b[15]\n sub w10, w10, #\\r\n orr x9, x9, x10\n .endr\n"
      "adrp x10, registers_changed\n"
      "str x9, [x10, :lo12:registers_changed]\n" ::
          : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13",
            "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21", "x22", "x23", "x24", "x25",
            "x26", "x27", "x28", "x30", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9",
            "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19", "v20", "v21",
            "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31", "cc", "memory");
#else
  __asm__ volatile(
      "lea handlers_done(%%rip), %%r10\n"
      ".irp r,rax,rcx,rdx,rsi,rdi,r8,r11,r12,r13,r14,r15,rbx\n mov $0x1000, %%\\r\n .endr\n"
      ".irp r,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n movq %%rax, %%xmm\\r\n .endr\n"
      "1: cmpl $0, (%%r10)\n"
      "je 1b\n"
      "xor %%r9, %%r9\n"
      ".irp r,rax,rcx,rdx,rsi,rdi,r8,r11,r12,r13,r14,r15,rbx\n"
      " sub $0x1000, %%\\r\n or %%\\r, %%r9\n .endr\n"
      ".irp r,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
      " movq %%xmm\\r, %%rax\n sub $0x1000, %%rax\n or %%rax, %%r9\n .endr\n"
      "mov %%r9, registers_changed(%%rip)\n" ::
          : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
            "rbx", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",
            "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "cc", "memory");
#endif
  return registers_changed;
}

// kill(2) of the caller itself: the handler runs before the call returns; 0 if registers are right.
__attribute__((noinline)) static long call_with_handler(long pid) {
#if defined(__aarch64__)
  register long x0 __asm__("x0") = pid;
  register long x1 __asm__("x1") = SIGALRM;
  register long x2 __asm__("x2") = 0x222;
  register long x7 __asm__("x7") = 0x777;
  register long x8 __asm__("x8") = SYS_kill;
  __asm__ volatile("svc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x7), "+r"(x8)::"memory");
  return x0 | (x1 ^ SIGALRM) | (x2 ^ 0x222) | (x7 ^ 0x777) | (x8 ^ SYS_kill);
#else
  register long rax __asm__("rax") = SYS_kill;
  register long rdi __asm__("rdi") = pid;
  register long rsi __asm__("rsi") = SIGALRM;
  register long rdx __asm__("rdx") = 0x222;
  __asm__ volatile("syscall" : "+r"(rax), "+r"(rdi), "+r"(rsi), "+r"(rdx)::"rcx", "r11", "memory");
  return rax | (rdi ^ pid) | (rsi ^ SIGALRM) | (rdx ^ 0x222);
#endif
}

int main(void) {
  install_handler(SIGALRM, handler, 0);
  show(call_with_handler(getpid()));
  show(count);
  const struct itimerval often = {{0, 2000}, {0, 2000}}, never = {{0, 0}, {0, 0}};
  must(setitimer(ITIMER_REAL, &often, NULL));
  const long changed = spin_with_full_registers();
  must(setitimer(ITIMER_REAL, &never, NULL));
  printf("registers changed: %ld\n", changed);
  expect(count >= 10);
  return 0;
}
