// pthread_create(3), pthread_join(3): 1000 threads one after another and 64 at once, joined or
// detached, each with its own stack, locals and keys, whose destructors run again as long as they
// set values.
// covers: clone futex mmap munmap mprotect madvise set_robust_list exit
#include "guest.h"
#include "thread.h"

static _Thread_local int zero, five = 5;
static _Thread_local char large[3000] = "text";
static pthread_key_t key, again;
static atomic_int destroyed, destroyed_again, detached;
static atomic_uint gate;

static void destroy(void *value) { atomic_fetch_add(&destroyed, (int)(long)value); }

// Sets itself anew twice.
static void destroy_again(void *value) {
  const long round = (long)value;
  atomic_fetch_add(&destroyed_again, 1);
  if (round < 3) pthread_setspecific(again, (void *)(round + 1));
}

static void *one_more(void *number) {
  zero += 1;
  five += 1;
  return (void *)((long)number + zero * 1000 + five);
}

static void *use_all(void *number) {
  bool good = zero == 0 && five == 5 && strcmp(large, "text") == 0;
  good &= pthread_getspecific(key) == NULL;
  zero = (int)(long)number;
  memset(large, (int)(long)number, sizeof large);
  pthread_setspecific(key, (void *)1L);
  pthread_setspecific(again, (void *)1L);
  pass_gate(&gate);
  good &= zero == (int)(long)number && large[2999] == (char)(long)number;
  good &= pthread_getspecific(key) == (void *)1L;
  return (void *)(long)good;
}

static void deeper(int depth) {
  volatile char frame[2000];
  frame[0] = (char)depth;
  if (depth == 0) pthread_exit((void *)99L);
  if (frame[0] > 0) deeper(depth - 1);
}

static void *exit_deeper(void *depth) {
  deeper((int)(long)depth);
  return NULL;
}

static void *count_detached(void *unused) {
  (void)unused;
  atomic_fetch_add(&detached, 1);
  futex_wake(&detached, 1);
  return NULL;
}

static void in_sequence(void) {
  long sum = 0;
  for (long i = 0; i < 1000; ++i) {
    pthread_t thread;
    void *result;
    must_be_0(pthread_create(&thread, NULL, one_more, (void *)i));
    must_be_0(pthread_join(thread, &result));
    sum += (long)result;
  }
  show(sum);
  show(zero * 10 + five);
}

static void at_once(void) {
  struct thread threads[64];
  for (long i = 0; i < 64; ++i) start(&threads[i], use_all, (void *)(i + 1));
  bool different = true;
  for (int i = 0; i < 64; ++i) {
    for (int j = 0; j < i; ++j) different &= threads[i].tid != threads[j].tid;
  }
  expect(different);
  void *result;
  show_error(pthread_tryjoin_np(threads[5].handle, &result));
  open_gate(&gate);
  long good = 0;
  for (int i = 0; i < 64; ++i) good += (long)join(&threads[i]);
  show(good);
  show(atomic_load(&destroyed));
  show(atomic_load(&destroyed_again));
}

static void *stack_facts(void *wanted) {
  pthread_attr_t attributes;
  void *base;
  size_t size;
  must_be_0(pthread_getattr_np(pthread_self(), &attributes));
  must_be_0(pthread_attr_getstack(&attributes, &base, &size));
  pthread_attr_destroy(&attributes);
  char here;
  const bool inside = &here > (char *)base && &here < (char *)base + size;
  // All of it can be written.
  for (char *p = (char *)base + size / 2; p < &here - kPage; p += kPage) *(volatile char *)p = 1;
  return (void *)(long)(inside && size >= (size_t)(long)wanted);
}

static void stacks(void) {
  static const size_t kSizes[] = {256 << 10, 1 << 20, 4 << 20};
  for (int i = 0; i < 3; ++i) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    must_be_0(pthread_attr_setstacksize(&attributes, kSizes[i]));
    struct thread thread;
    start_with(&thread, &attributes, stack_facts, (void *)(kSizes[i] - 8 * kPage));
    printf("stack of %zu KiB: %ld\n", kSizes[i] >> 10, (long)join(&thread));
    pthread_attr_destroy(&attributes);
  }
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);

  char *const room =
      mmap(NULL, 64 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)room);
  must_be_0(pthread_attr_setstack(&attributes, room, 64 * kPage));
  struct thread thread;
  start_with(&thread, &attributes, stack_facts, (void *)(48L * kPage));
  show((long)join(&thread));
  // It is the program's own still.
  room[0] = 1;
  show_error(pthread_attr_setstacksize(&attributes, 100));
}

int main(void) {
  must_be_0(pthread_key_create(&key, destroy));
  must_be_0(pthread_key_create(&again, destroy_again));
  in_sequence();
  at_once();
  stacks();
  struct thread thread;
  start(&thread, exit_deeper, (void *)20L);
  show((long)join(&thread));
  for (int i = 0; i < 50; ++i) {
    pthread_t handle;
    must_be_0(pthread_create(&handle, NULL, count_detached, NULL));
    must_be_0(pthread_detach(handle));
  }
  for (int now; (now = atomic_load(&detached)) < 50;) futex_wait(&detached, (uint32_t)now);
  expect(pthread_equal(pthread_self(), pthread_self()));
  return 0;
}
