// mutex_ping_pong COUNT: two threads go round three mutexes, COUNT steps each: lock the next,
// then unlock the own. The other thread holds the one after, so they take turns.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { kMutexes = 3 };
static pthread_mutex_t mutexes[kMutexes] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
                                            PTHREAD_MUTEX_INITIALIZER};
static pthread_barrier_t begun;
static long count, steps[2];

static void* walk(void* which) {
  long at = (long)which;
  pthread_mutex_lock(&mutexes[at]);
  pthread_barrier_wait(&begun);
  for (long i = 0; i < count; ++i) {
    const long next = (at + 1) % kMutexes;
    pthread_mutex_lock(&mutexes[next]);
    pthread_mutex_unlock(&mutexes[at]);
    at = next;
    ++steps[(long)which];
  }
  pthread_mutex_unlock(&mutexes[at]);
  return NULL;
}

int main(int argc, char** argv) {
  count = argc > 1 ? atol(argv[1]) : 1000;
  pthread_t other;
  pthread_barrier_init(&begun, NULL, 2);
  if (pthread_create(&other, NULL, walk, (void*)1) != 0) return 1;
  walk((void*)0);
  pthread_join(other, NULL);
  printf("%ld\n", steps[0] + steps[1]);
  return steps[0] + steps[1] == 2 * count ? 0 : 1;
}
