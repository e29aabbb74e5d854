// covers: fcntl close
// F_SETLKW waits, sees a deadlock coming and can be interrupted; locks of descriptions outlive
// forks and go with the last descriptor.
#include "guest.h"

static int lock(int fd, int command, int type, off_t start, off_t length) {
  struct flock request = {0};
  request.l_type = (short)type;
  request.l_whence = SEEK_SET;
  request.l_start = start;
  request.l_len = length;
  return fcntl(fd, command, &request);
}

static void holder(int fd, int command, off_t start, off_t length) {
  struct flock request = {0};
  request.l_type = F_WRLCK;
  request.l_whence = SEEK_SET;
  request.l_start = start;
  request.l_len = length;
  must(fcntl(fd, command, &request));
  printf("type %d, %ld+%ld, pid %s\n", request.l_type, (long)request.l_start, (long)request.l_len,
         request.l_pid == -1  ? "-1"
         : request.l_pid == 0 ? "0"
                              : "somebody's");
}

static void on_alarm(int number) { (void)number; }

static int file;

static void waits_its_turn(void) {
  int told[2];
  must(pipe(told));
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    must(lock(file, F_SETLK, F_WRLCK, 0, 10));
    must(write(told[1], "x", 1));
    sleep_ms(30);
    must(write(told[1], "y", 1));
    _exit(0);
  }
  char byte;
  must(read(told[0], &byte, 1));
  show(lock(file, F_SETLK, F_RDLCK, 5, 1));
  holder(file, F_GETLK, 0, 0);
  show(lock(file, F_SETLKW, F_WRLCK, 5, 10));
  show(read(told[0], &byte, 1));
  print_status("child", wait_for(child));
}

static void sees_a_deadlock(void) {
  must(lock(file, F_SETLK, F_WRLCK, 100, 1));
  int told[2];
  must(pipe(told));
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    must(lock(file, F_SETLK, F_WRLCK, 200, 1));
    must(write(told[1], "x", 1));
    _exit(lock(file, F_SETLKW, F_WRLCK, 100, 1) == 0 ? 0 : 1);
  }
  char byte;
  must(read(told[0], &byte, 1));
  sleep_ms(30);
  show(lock(file, F_SETLKW, F_WRLCK, 200, 1));
  show(lock(file, F_SETLK, F_UNLCK, 100, 1));
  print_status("child", wait_for(child));
}

static void is_interrupted(void) {
  int told[2];
  must(pipe(told));
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    must(lock(file, F_SETLK, F_WRLCK, 300, 1));
    must(write(told[1], "x", 1));
    pause();
  }
  char byte;
  must(read(told[0], &byte, 1));
  install_handler(SIGALRM, on_alarm, 0);
  const struct itimerval soon = {{0, 0}, {0, 10000}};
  must(setitimer(ITIMER_REAL, &soon, NULL));
  show(lock(file, F_SETLKW, F_WRLCK, 300, 1));
  must(kill(child, SIGKILL));
  print_status("child", wait_for(child));
  show(lock(file, F_SETLK, F_WRLCK, 300, 1));
}

static void goes_with_any_close(void) {
  const int again = (int)must(open("locked", O_RDWR));
  must(lock(file, F_SETLK, F_WRLCK, 400, 1));
  must(close(again));
  const pid_t child = (pid_t)must(fork());
  if (child == 0) _exit(lock(file, F_SETLK, F_WRLCK, 400, 1) == 0 ? 0 : 1);
  print_status("child", wait_for(child));
}

static void of_a_description(void) {
  const int one = (int)must(open("locked", O_RDWR));
  const int two = (int)must(open("locked", O_RDWR));
  show(lock(one, F_OFD_SETLK, F_WRLCK, 500, 5));
  show(lock(two, F_OFD_SETLK, F_WRLCK, 504, 1));
  holder(two, F_OFD_GETLK, 0, 0);
  holder(file, F_GETLK, 500, 1);
  const int copy = (int)must(dup(one));
  must(close(one));
  show(lock(two, F_OFD_SETLK, F_WRLCK, 504, 1));
  must(close(copy));
  show(lock(two, F_OFD_SETLK, F_WRLCK, 504, 1));
  struct flock request = {0};
  request.l_type = F_WRLCK;
  request.l_pid = 1;
  show(fcntl(two, F_OFD_SETLK, &request));
}

static void refuses(void) {
  const int reader = (int)must(open("locked", O_RDONLY));
  show(lock(reader, F_SETLK, F_WRLCK, 0, 1));
  show(lock(reader, F_SETLK, F_RDLCK, 0, 1));
  show(lock(file, F_SETLK, 9, 0, 1));
  show(lock(file, F_GETLK, F_UNLCK, 0, 1));
  show(lock(file, F_SETLK, F_WRLCK, 5, -6));
  show(lock(file, F_SETLK, F_WRLCK, 5, -5));
  show(lock(file, F_SETLK, F_WRLCK, INT64_MAX, 2));
  show(lock(file, F_SETLK, F_WRLCK, INT64_MAX, 1));
  show(lock(file, F_SETLK, F_WRLCK, -1, 1));
  show(fcntl(file, F_SETLK, (void *)8));
}

int main(void) {
  enter_scratch();
  file = (int)must(open("locked", O_RDWR | O_CREAT, 0600));
  waits_its_turn();
  sees_a_deadlock();
  is_interrupted();
  goes_with_any_close();
  of_a_description();
  refuses();
  leave_scratch();
  return 0;
}
