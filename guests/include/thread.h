// What the guest programs about threads share: threads whose ids are known, waiting until a thread
// sleeps in the kernel, and clone(2) and system calls without a libc for threads it knows nothing
// of. Include it after guest.h.
#pragma once

#include <pthread.h>
#include <stdatomic.h>

enum { kFutexWait = 0, kFutexWake = 1, kFutexPrivate = 128 };

struct thread {
  pthread_t handle;
  atomic_int tid;
  void *(*body)(void *);
  void *argument;
};

static inline int self_id(void) { return (int)syscall(SYS_gettid); }

static void *thread_main(void *given) {
  struct thread *const thread = given;
  atomic_store(&thread->tid, self_id());
  return thread->body(thread->argument);
}

// The end of the program where a pthread function, which returns an error number, fails.
#define must_be_0(call) thread_must(#call, call)
static inline void thread_must(const char *text, int error) {
  if (error == 0) return;
  printf("preparation failed: %s: %s\n", text, errno_name(error));
  exit(99);
}

// Prints the error number that a pthread function returns.
#define show_error(call) printf("%s: %s\n", #call, errno_name(call))

// Starts a thread and waits until its id is known.
static inline void start_with(struct thread *thread, const pthread_attr_t *attributes,
                              void *(*body)(void *), void *argument) {
  thread->body = body;
  thread->argument = argument;
  atomic_store(&thread->tid, 0);
  must_be_0(pthread_create(&thread->handle, attributes, thread_main, thread));
  while (atomic_load(&thread->tid) == 0) sched_yield();
}

static inline void start(struct thread *thread, void *(*body)(void *), void *argument) {
  start_with(thread, NULL, body, argument);
}

static inline void *join(struct thread *thread) {
  void *result = NULL;
  must_be_0(pthread_join(thread->handle, &result));
  return result;
}

// The state letter of a thread as /proc tells it, or 0 where there is no such thread.
static inline char thread_state(pid_t pid, pid_t tid) {
  char path[64], text[512];
  snprintf(path, sizeof path, "/proc/%d/task/%d/stat", pid, tid);
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd == -1) return 0;
  const ssize_t size = read(fd, text, sizeof text - 1);
  close(fd);
  if (size <= 0) return 0;
  text[size] = '\0';
  const char *const end = strrchr(text, ')');
  return end == NULL ? 0 : end[2];
}

static inline void until_state(pid_t pid, pid_t tid, char state) {
  while (thread_state(pid, tid) != state) sched_yield();
}

// Until a thread of this process sleeps in a system call. The caller knows in which.
static inline void until_asleep(pid_t tid) { until_state(getpid(), tid, 'S'); }

static inline long futex(void *word, int command, uint32_t value, const void *timeout, void *other,
                         uint32_t last) {
  return syscall(SYS_futex, word, command, value, timeout, other, last);
}
static inline long futex_wait(void *word, uint32_t value) {
  return futex(word, kFutexWait, value, NULL, NULL, 0);
}
static inline long futex_wake(void *word, int count) {
  return futex(word, kFutexWake, (uint32_t)count, NULL, NULL, 0);
}

// A gate that threads wait at until it is opened.
static inline void pass_gate(atomic_uint *gate) {
  while (atomic_load(gate) == 0) futex_wait(gate, 0);
}
static inline void open_gate(atomic_uint *gate) {
  atomic_store(gate, 1);
  futex_wake(gate, INT_MAX);
}

// A system call without errno, which belongs to a thread of the libc's: its value or minus its
// error number.
#define raw(...) raw_pick(__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define raw_pick(n, a, b, c, d, e, f, ...) \
  raw_call(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

static inline long raw_call(long number, long a, long b, long c, long d, long e, long f) {
#if defined(__x86_64__)
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
#else
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc 0"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                   : "memory");
  return x0;
#endif
}

// clone(2) whose child runs body(argument) on its own stack (or on a copy of the caller's, where
// that is NULL) and ends as a thread with what it returns. The child's id or minus an error number.
extern long raw_clone(unsigned long flags, void *stack_end, void *parent_tid, void *child_tid,
                      unsigned long tls, int (*body)(void *), void *argument);
// The same with clone3(2).
extern long raw_clone3(const void *arguments, size_t size, int (*body)(void *), void *argument);

#if defined(__x86_64__)
__asm__(
    ".text\n"
    "raw_clone:\n"
    "  push %rbx\n"
    "  mov 16(%rsp), %rbx\n"
    "  mov %rcx, %r10\n"
    "  mov $56, %eax\n"
    "  syscall\n"
    "  test %rax, %rax\n"
    "  jz 1f\n"
    "  pop %rbx\n"
    "  ret\n"
    "raw_clone3:\n"
    "  push %rbx\n"
    "  mov %rdx, %r9\n"
    "  mov %rcx, %rbx\n"
    "  mov $435, %eax\n"
    "  syscall\n"
    "  test %rax, %rax\n"
    "  jz 1f\n"
    "  pop %rbx\n"
    "  ret\n"
    "1:\n"
    "  xor %ebp, %ebp\n"
    "  and $-16, %rsp\n"
    "  mov %rbx, %rdi\n"
    "  call *%r9\n"
    "  mov %eax, %edi\n"
    "  mov $60, %eax\n"
    "  syscall\n");
#else
__asm__(
    ".text\n"
    ".align 2\n"
    "raw_clone:\n"
    "  mov x7, x3\n"
    "  mov x3, x4\n"
    "  mov x4, x7\n"
    "  mov x8, #220\n"
    "  svc 0\n"
    "  cbz x0, 1f\n"
    "  ret\n"
    "raw_clone3:\n"
    "  mov x5, x2\n"
    "  mov x6, x3\n"
    "  mov x8, #435\n"
    "  svc 0\n"
    "  cbz x0, 1f\n"
    "  ret\n"
    "1:\n"
    "  mov x29, #0\n"
    "  mov x9, sp\n"
    "  and x9, x9, #-16\n"
    "  mov sp, x9\n"
    "  mov x0, x6\n"
    "  blr x5\n"
    "  mov x8, #93\n"
    "  svc 0\n");
#endif

// The flags of a thread that shares everything.
enum {
  kThreadFlags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM,
};

// Room for a raw thread's stack: the address where it ends.
static inline void *new_stack(void) {
  enum { kSize = 16 * kPage };
  char *const base = mmap(NULL, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)base);
  return base + kSize;
}

// Waits until the kernel has cleared the word that CLONE_CHILD_CLEARTID names.
static inline void until_cleared(atomic_int *word) {
  for (int tid; (tid = atomic_load(word)) != 0;) futex_wait(word, (uint32_t)tid);
}

// The threads of this process, as /proc lists them.
static inline int count_tasks(void) {
  DIR *directory = opendir("/proc/self/task");
  int count = 0;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
    count += entry->d_name[0] != '.';
  closedir(directory);
  return count;
}
