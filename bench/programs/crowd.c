// crowd COUNT [SECONDS]: that many processes, all alive at once, waiting for a pipe; with SECONDS
// they are left asleep for so long. Then all end and are waited for.
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
  const int count = argc > 1 ? atoi(argv[1]) : 0;
  int gate[2];
  if (pipe(gate) != 0) return 1;
  int made = 0;
  for (; made < count; made++) {
    const pid_t pid = fork();
    if (pid == -1) break;
    if (pid > 0) continue;
    close(gate[1]);
    char byte;
    _exit(read(gate[0], &byte, 1) == 0 ? 0 : 1);
  }
  printf("%d alive\n", made);
  fflush(stdout);
  if (argc > 2) sleep((unsigned)atoi(argv[2]));
  close(gate[1]);
  int good = 0, status;
  while (wait(&status) > 0) good += status == 0;
  printf("%d ended\n", good);
  return good == count ? 0 : 1;
}
