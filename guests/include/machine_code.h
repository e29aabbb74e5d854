// Writing machine code for the machine that the program runs on: a handful of pieces that do the
// same on AArch64 and on x86-64, so that the host's kernel and processor can be asked. Include it
// after guest.h.
//
// Each emit_ function writes one piece at `at` and returns where the next one goes. Code made of
// them is a function of no arguments that computes an int. Nothing is synchronised: `publish` does.
#pragma once

#ifdef __aarch64__
#define BY_MACHINE(arm, x86) (arm)
#else
#define BY_MACHINE(arm, x86) (x86)
#endif

typedef int (*code_function)(void);

enum {
  kFunctionSize = 64,                 // room that is enough for any function of a few pieces
  kReturnSize = BY_MACHINE(8, 6),     // what emit_return writes
  kJumpSize = BY_MACHINE(4, 5),       // emit_jump
  kFarJumpSize = BY_MACHINE(16, 14),  // emit_far_jump
};

static inline int call_code(const void *at) { return ((code_function)(uintptr_t)at)(); }

// What a program that writes code does before it runs it.
static inline void publish(void *at, size_t size) {
  __builtin___clear_cache((char *)at, (char *)at + size);
}

static inline char *emit_bytes(char *at, const void *bytes, size_t size) {
  memcpy(at, bytes, size);
  return at + size;
}

static inline char *emit_word(char *at, uint32_t word) {
  return emit_bytes(at, &word, sizeof word);
}

// result = value, 0 to 65535
static inline char *emit_set(char *at, int value) {
#ifdef __aarch64__
  return emit_word(at, 0x52800000u | (uint32_t)value << 5);
#else
  *at++ = (char)0xb8;
  return emit_word(at, (uint32_t)value);
#endif
}

// result += value, 0 to 4095
static inline char *emit_add(char *at, int value) {
#ifdef __aarch64__
  return emit_word(at, 0x11000000u | (uint32_t)value << 10);
#else
  *at++ = 0x05;
  return emit_word(at, (uint32_t)value);
#endif
}

static inline char *emit_ret(char *at) {
#ifdef __aarch64__
  return emit_word(at, 0xd65f03c0u);
#else
  *at++ = (char)0xc3;
  return at;
#endif
}

static inline char *emit_return(char *at, int value) { return emit_ret(emit_set(at, value)); }

// To a place at most 128 MiB away.
static inline char *emit_jump(char *at, const void *target) {
  const long distance = (long)target - (long)at;
#ifdef __aarch64__
  return emit_word(at, 0x14000000u | ((uint32_t)(distance / 4) & 0x3ffffffu));
#else
  *at++ = (char)0xe9;
  return emit_word(at, (uint32_t)(distance - kJumpSize));
#endif
}

// To anywhere, by an address that lies in the code.
static inline char *emit_far_jump(char *at, const void *target) {
#ifdef __aarch64__
  at = emit_word(at, 0x58000050u);  // ldr x16, .+8
  at = emit_word(at, 0xd61f0200u);  // br x16
#else
  at = emit_bytes(at, "\xff\x25\0\0\0\0", 6);              // jmp *0(%rip)
#endif
  return emit_bytes(at, &target, sizeof target);
}

// Between emit_enter and emit_leave, which returns, code may call.
static inline char *emit_enter(char *at) {
#ifdef __aarch64__
  return emit_word(at, 0xa9bf7bfdu);  // stp x29, x30, [sp, #-16]!
#else
  return emit_bytes(at, "\x48\x83\xec\x08", 4);            // sub $8, %rsp
#endif
}

static inline char *emit_leave(char *at) {
#ifdef __aarch64__
  return emit_ret(emit_word(at, 0xa8c17bfdu));  // ldp x29, x30, [sp], #16
#else
  return emit_ret(emit_bytes(at, "\x48\x83\xc4\x08", 4));  // add $8, %rsp
#endif
}

// Of code at most 128 MiB away; its result becomes the result.
static inline char *emit_call(char *at, const void *target) {
  const long distance = (long)target - (long)at;
#ifdef __aarch64__
  return emit_word(at, 0x94000000u | ((uint32_t)(distance / 4) & 0x3ffffffu));
#else
  *at++ = (char)0xe8;
  return emit_word(at, (uint32_t)(distance - 5));
#endif
}

// result = the 32-bit literal at `from`, at most 1 MiB away
static inline char *emit_load(char *at, const void *from) {
  const long distance = (long)from - (long)at;
#ifdef __aarch64__
  return emit_word(at, 0x18000000u | ((uint32_t)(distance / 4) & 0x7ffffu) << 5);
#else
  at = emit_bytes(at, "\x8b\x05", 2);
  return emit_word(at, (uint32_t)(distance - 6));
#endif
}

// An emit_set is changed by one store of 32 bits: `patch_word(value)` at `patch_place(at)`.
static inline uint32_t patch_word(int value) {
  return BY_MACHINE(0x52800000u | (uint32_t)value << 5, (uint32_t)value);
}

static inline uint32_t *patch_place(char *at) {
  return (uint32_t *)(void *)(at + BY_MACHINE(0, 1));
}

static inline void patch_set(char *at, int value) {
  const uint32_t word = patch_word(value);
  memcpy(patch_place(at), &word, sizeof word);
}

// *place = word by code in the middle of code, with the synchronisation that its machine asks for:
// what follows it runs what was written. A function that begins with it takes two arguments.
static inline char *emit_store_argument(char *at) {
#ifdef __aarch64__
  at = emit_word(at, 0xb9000001u);    // str w1, [x0]
  at = emit_word(at, 0xd50b7b20u);    // dc cvau, x0
  at = emit_word(at, 0xd5033b9fu);    // dsb ish
  at = emit_word(at, 0xd50b7520u);    // ic ivau, x0
  at = emit_word(at, 0xd5033b9fu);    // dsb ish
  return emit_word(at, 0xd5033fdfu);  // isb
#else
  return emit_bytes(at, "\x89\x37", 2);  // mov %esi, (%rdi)
#endif
}

static inline int call_with_store(const void *at, uint32_t *place, uint32_t word) {
  return ((int (*)(uint32_t *, uint32_t))(uintptr_t)at)(place, word);
}

// Code memory of `pages` pages.
static inline char *code_pages(size_t pages, int protection) {
  char *memory = mmap(NULL, pages * kPage, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)memory);
  return memory;
}

enum {
  kNoAccess = PROT_NONE,
  kReadWrite = PROT_READ | PROT_WRITE,
  kReadExecute = PROT_READ | PROT_EXEC,
  kAllAccess = PROT_READ | PROT_WRITE | PROT_EXEC,
};
