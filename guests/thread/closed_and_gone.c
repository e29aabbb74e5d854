// close(2): a call goes on with the file whose number another thread closed, also when that thread
// has ended and nobody shares the descriptors any more; and when the number is another file's.
// covers: close read recvfrom ppoll exit
#include "guest.h"
#include "thread.h"
#include <sys/socket.h>

static int files[2];
static bool reuses;
static pid_t first;

static void *close_it(void *gone) {
  until_asleep(first);
  must(close(files[0]));
  if (reuses) must(dup2(open("/dev/null", O_RDONLY), files[0]));
  return gone;
}

// Writes once the reader is the only thread.
static void write_when_alone(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", first);
  for (int count = 0; count != 1; sched_yield()) {
    DIR *const directory = opendir(path);
    count = 0;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
      count += entry->d_name[0] != '.';
    closedir(directory);
  }
  must(write(files[1], "x", 1));
  _exit(0);
}

static void read_over_close(const char *name) {
  pthread_t thread;
  char byte = '-';
  int begun[2];
  must(pipe(begun));
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    close(files[0]);
    must(read(begun[0], &byte, 1));
    write_when_alone();
  }
  must_be_0(pthread_create(&thread, NULL, close_it, NULL));
  must_be_0(pthread_detach(thread));
  must(write(begun[1], "b", 1));
  printf("%s\n", name);
  show(read(files[0], &byte, 1));
  printf("read %c\n", byte);
  print_status("writer", wait_for(child));
  show(read(files[0], &byte, 1));
  close(files[0]);
  close(files[1]);
  close(begun[0]);
  close(begun[1]);
}

int main(void) {
  first = getpid();
  must(pipe(files));
  read_over_close("pipe");
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, files));
  read_over_close("socket");
  reuses = true;
  must(pipe(files));
  read_over_close("another file");
  return 0;
}
