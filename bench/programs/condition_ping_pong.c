// condition_ping_pong COUNT: two threads hand a turn to and fro COUNT times by mutex and condition.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static long count, turns;

// Every second turn is that of whoever is given 0, the others the one's who is given 1.
static void* play(void* which) {
  pthread_mutex_lock(&mutex);
  while (turns < 2 * count) {
    if (turns % 2 == (long)which) {
      ++turns;
      pthread_cond_signal(&changed);
    } else {
      pthread_cond_wait(&changed, &mutex);
    }
  }
  pthread_mutex_unlock(&mutex);
  return NULL;
}

int main(int argc, char** argv) {
  count = argc > 1 ? atol(argv[1]) : 1000;
  pthread_t other;
  if (pthread_create(&other, NULL, play, (void*)1) != 0) return 1;
  play((void*)0);
  pthread_join(other, NULL);
  printf("%ld\n", turns);
  return turns == 2 * count ? 0 : 1;
}
