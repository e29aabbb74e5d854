// thread_create COUNT: COUNT times a thread that returns at once is made and joined.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void* add(void* counter) {
  ++*(long*)counter;
  return counter;
}

int main(int argc, char** argv) {
  const long count = argc > 1 ? atol(argv[1]) : 100;
  long made = 0;
  for (long i = 0; i < count; ++i) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, add, &made) != 0) return perror("pthread_create"), 1;
    pthread_join(thread, NULL);
  }
  printf("%ld\n", made);
  return made == count ? 0 : 1;
}
