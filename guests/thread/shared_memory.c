// mmap(2), mprotect(2) and madvise(2) of one thread are there for the others at once; memory of a
// running process can be read by a thread's id; atomic operations of many threads lose nothing.
// covers: mmap munmap mprotect madvise mremap process_vm_readv process_vm_writev
#include "guest.h"
#include "thread.h"
#include <setjmp.h>
#include <sys/uio.h>

static char *page;
static atomic_int phase;
static _Thread_local sigjmp_buf back;

static void handler(int number) {
  (void)number;
  siglongjmp(back, 1);
}
static bool faults_on_write(volatile char *address) {
  if (sigsetjmp(back, 1) != 0) return true;
  *address = 9;
  return false;
}
static bool faults_on_read(volatile char *address) {
  if (sigsetjmp(back, 1) != 0) return true;
  (void)*address;
  return false;
}

static void reach(int number) {
  atomic_store(&phase, number);
  futex_wake(&phase, INT_MAX);
}
static void until_phase(int number) {
  for (int now; (now = atomic_load(&phase)) != number;) futex_wait(&phase, (uint32_t)now);
}

// What this thread sees of the changes that the other makes.
static void *watch(void *unused) {
  long seen = 0;
  (void)unused;
  until_phase(1);
  seen |= !faults_on_write(page) && page[1] == 7;
  reach(2);
  until_phase(3);
  seen |= (faults_on_write(page) && !faults_on_read(page)) << 1;
  reach(4);
  until_phase(5);
  seen |= (page[0] == 0 && page[1] == 0) << 2;
  reach(6);
  until_phase(7);
  seen |= faults_on_read(page) << 3;
  reach(8);
  until_phase(9);
  seen |= (page[0] == 5) << 4;
  return (void *)seen;
}

static void changes(void) {
  struct thread thread;
  start(&thread, watch, NULL);
  page = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  page[1] = 7;
  reach(1);
  until_phase(2);
  must(mprotect(page, kPage, PROT_READ));
  reach(3);
  until_phase(4);
  must(madvise(page, kPage, MADV_DONTNEED));
  must(mprotect(page, kPage, PROT_READ | PROT_WRITE));
  reach(5);
  until_phase(6);
  must(munmap(page, kPage));
  reach(7);
  until_phase(8);
  mmap(page, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  page[0] = 5;
  reach(9);
  show((long)join(&thread));
}

static atomic_long sum;
static long plain_counter;
static atomic_flag flag = ATOMIC_FLAG_INIT;
static atomic_ushort narrow;
static _Alignas(16) struct pair { long a, b; } pair;

static void *add_all(void *unused) {
  for (int i = 0; i < 2000; ++i) {
    atomic_fetch_add(&sum, 3);
    atomic_fetch_add(&narrow, 1);
    long old = atomic_load(&sum);
    while (!atomic_compare_exchange_weak(&sum, &old, old - 1)) {
    }
    if (i % 20 == 0) {
      while (atomic_flag_test_and_set(&flag)) sched_yield();
      plain_counter += 1;
      pair.a += 1;
      pair.b -= 1;
      atomic_flag_clear(&flag);
    }
  }
  return unused;
}

static void atomics(void) {
  struct thread threads[4];
  for (int i = 0; i < 4; ++i) start(&threads[i], add_all, NULL);
  for (int i = 0; i < 4; ++i) join(&threads[i]);
  show(atomic_load(&sum));
  show(atomic_load(&narrow));
  printf("%ld %ld %ld\n", plain_counter, pair.a, pair.b);
}

static void *map_and_touch(void *unused) {
  for (int i = 1; i <= 20; ++i) {
    const size_t size = (size_t)(i % 4 + 1) * kPage;
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must((long)memory);
    memset(memory, i, size);
    memory = mremap(memory, size, 2 * size, MREMAP_MAYMOVE);
    must((long)memory);
    if (memory[size - 1] != i || memory[2 * size - 1] != 0) return (void *)1L;
    must(munmap(memory, 2 * size));
  }
  return unused;
}

static atomic_uint gate;
static char secret[16] = "of the thread";
static void *hold_secret(void *unused) {
  (void)unused;
  char local[16] = "on the stack";
  page = local;
  open_gate(&gate);
  until_phase(20);
  return (void *)(long)(strcmp(local, "in the stack") == 0);
}

static void by_id(void) {
  struct thread thread;
  start(&thread, hold_secret, NULL);
  pass_gate(&gate);
  char text[16] = "";
  struct iovec here = {text, sizeof text}, there = {secret, sizeof secret};
  show(syscall(SYS_process_vm_readv, thread.tid, &here, 1L, &there, 1L, 0L));
  puts(text);
  there.iov_base = page;
  show(syscall(SYS_process_vm_readv, thread.tid, &here, 1L, &there, 1L, 0L));
  puts(text);
  text[0] = 'i';
  here.iov_len = there.iov_len = 1;
  show(syscall(SYS_process_vm_writev, thread.tid, &here, 1L, &there, 1L, 0L));
  reach(20);
  show((long)join(&thread));
}

int main(void) {
  install_handler(SIGSEGV, handler, SA_NODEFER);
  changes();
  atomics();
  struct thread threads[4];
  for (int i = 0; i < 4; ++i) start(&threads[i], map_and_touch, NULL);
  long failed = 0;
  for (int i = 0; i < 4; ++i) failed += (long)join(&threads[i]);
  show(failed);
  by_id();
  return 0;
}
