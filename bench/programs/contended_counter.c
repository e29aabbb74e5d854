// contended_counter COUNT: eight threads add to a counter COUNT times in all, each under one mutex.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { kThreads = 8 };
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long count, counter;

static void* add(void* unused) {
  for (long i = 0; i < count / kThreads; ++i) {
    pthread_mutex_lock(&mutex);
    ++counter;
    pthread_mutex_unlock(&mutex);
  }
  return unused;
}

int main(int argc, char** argv) {
  count = argc > 1 ? atol(argv[1]) : 1000;
  pthread_t threads[kThreads];
  for (int i = 0; i < kThreads; ++i)
    if (pthread_create(&threads[i], NULL, add, NULL) != 0) return 1;
  for (int i = 0; i < kThreads; ++i) pthread_join(threads[i], NULL);
  printf("%ld\n", counter);
  return counter == count / kThreads * kThreads ? 0 : 1;
}
