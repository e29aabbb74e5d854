// What guests/dynamic/load.c opens and preloads: thread-local variables of a library that is loaded
// late, a constructor, and a function that stands in for libc's.
int tls_constructed;
static __thread int counter = 7;
static __thread char large[5000];

__attribute__((constructor)) static void construct(void) { tls_constructed++; }

int tls_bump(int by) {
  large[sizeof large - 1] += 1;
  counter += by;
  return counter * 100 + large[sizeof large - 1];
}

int tls_is_zeroed(void) {
  for (unsigned i = 0; i + 1 < sizeof large; i++)
    if (large[i] != 0) return 0;
  return 1;
}

// Interposed by LD_PRELOAD.
char *getlogin(void) { return "the library's"; }
