// ping_pong COUNT: two processes hand one byte to and fro over two pipes.
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static long echo(int from, int to, long count) {
  char byte = 0;
  long rounds = 0;
  while (rounds < count && read(from, &byte, 1) == 1 && write(to, &byte, 1) == 1) ++rounds;
  return rounds;
}

int main(int argc, char** argv) {
  const long count = argc > 1 ? atol(argv[1]) : 1000;
  int there[2];
  int back[2];
  if (pipe(there) != 0 || pipe(back) != 0) return 1;
  if (fork() == 0) _exit(echo(there[0], back[1], count) == count ? 0 : 1);
  if (count > 0 && write(there[1], "x", 1) != 1) return 1;
  // The last byte comes back to nobody's hand but ours.
  long rounds = echo(back[0], there[1], count > 0 ? count - 1 : 0);
  char byte;
  if (count > 0 && read(back[0], &byte, 1) == 1) ++rounds;
  int status = 1;
  wait(&status);
  printf("%ld %d\n", rounds, status);
  return rounds == count && status == 0 ? 0 : 1;
}
