// fcntl(2), "Leases": who holds one hears by a signal of an open or a truncation that conflicts,
// which waits until the lease is given up or becomes one for reading.
// covers: fcntl openat truncate
#include "guest.h"

static volatile sig_atomic_t caught, caught_fd, caught_code, size_then;
static int leased;

static void on_break(int number, siginfo_t *info, void *context) {
  (void)context;
  caught = number;
  caught_fd = info->si_fd;
  caught_code = info->si_code;
  struct stat status;
  size_then = fstat(leased, &status) == 0 ? (int)status.st_size : -1;
}
static void on_alarm(int number) { (void)number; }

static void await_break(void) {
  for (int i = 0; i < 5000 && caught == 0; i++) sleep_ms(1);
  printf("broken by %s\n", caught == SIGRTMIN ? "SIGRTMIN" : signal_name(caught));
  caught = 0;
}

static char state_of(pid_t pid) {
  char path[64], line[256] = "";
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  const int fd = (int)must(open(path, O_RDONLY));
  must(read(fd, line, sizeof line - 1));
  close(fd);
  return strrchr(line, ')')[2];
}

static pid_t opener(int flags) {
  const pid_t pid = (pid_t)must(fork());
  if (pid > 0) return pid;
  must(close(leased));
  const int fd = open("file", flags);
  _exit(fd >= 0 ? 0 : errno == EAGAIN ? 1 : errno == EINTR ? 2 : 3);
}

static void without_others(void) {
  leased = (int)must(open("file", O_RDONLY));
  show(fcntl(leased, F_GETLEASE));
  show(fcntl(leased, F_SETLEASE, F_UNLCK));
  show(fcntl(leased, F_SETLEASE, 7));
  show(fcntl(leased, F_SETLEASE, F_RDLCK));
  show(fcntl(leased, F_GETLEASE));
  const int copy = (int)must(dup(leased));
  show(fcntl(copy, F_GETLEASE));
  const int other = (int)must(open("file", O_RDONLY));
  show(fcntl(other, F_GETLEASE));
  show(fcntl(other, F_SETLEASE, F_UNLCK));
  show(fcntl(leased, F_SETLEASE, F_WRLCK));
  show(fcntl(other, F_SETLEASE, F_RDLCK));
  must(close(other));
  show(fcntl(leased, F_SETLEASE, F_WRLCK));
  show(fcntl(leased, F_GETLEASE));
  show(fcntl(leased, F_SETLEASE, F_RDLCK));
  must(close(leased));
  show(fcntl(copy, F_GETLEASE));
  show(fcntl(copy, F_SETLEASE, F_UNLCK));
  show(fcntl(copy, F_GETLEASE));
  must(close(copy));
  leased = (int)must(open("file", O_RDWR));
  show(fcntl(leased, F_SETLEASE, F_RDLCK));
  show(fcntl(leased, F_SETLEASE, F_WRLCK));
  must(close(leased));
  int ends[2];
  must(pipe(ends));
  show(fcntl(ends[0], F_SETLEASE, F_RDLCK));
  show(fcntl(ends[0], F_GETLEASE));
  show(fcntl(-1, F_GETLEASE));
}

static void broken(void) {
  install_info_handler(SIGIO, on_break, SA_RESTART);
  install_info_handler(SIGRTMIN, on_break, SA_RESTART);
  leased = (int)must(open("file", O_RDONLY));
  must(fcntl(leased, F_SETLEASE, F_RDLCK));
  expect(fcntl(leased, F_GETOWN) == getpid());
  print_status("reader", wait_for(opener(O_RDONLY)));
  show(caught);
  print_status("impatient writer", wait_for(opener(O_WRONLY | O_NONBLOCK)));
  await_break();
  show(fcntl(leased, F_GETLEASE));
  print_status("impatient writer", wait_for(opener(O_WRONLY | O_NONBLOCK)));
  show(caught);
  pid_t pid = opener(O_WRONLY | O_TRUNC);
  while (state_of(pid) != 'S') sleep_ms(1);
  show(fcntl(leased, F_SETLEASE, F_UNLCK));
  print_status("writer", wait_for(pid));
  must(close(leased));

  must(truncate("file", 100));
  leased = (int)must(open("file", O_RDWR));
  must(fcntl(leased, F_SETLEASE, F_WRLCK));
  must(fcntl(leased, F_SETSIG, SIGRTMIN));
  pid = opener(O_RDONLY);
  await_break();
  expect(caught_fd == leased && caught_code == 3);
  show(fcntl(leased, F_GETLEASE));
  show(waitpid(pid, NULL, WNOHANG));
  show(fcntl(leased, F_SETLEASE, F_RDLCK));
  show(fcntl(leased, F_SETLEASE, F_UNLCK));
  print_status("reader", wait_for(pid));
  must(close(leased));

  leased = (int)must(open("file", O_RDWR));
  must(fcntl(leased, F_SETLEASE, F_WRLCK));
  pid = opener(O_WRONLY | O_TRUNC);
  await_break();
  show(size_then);
  must(close(leased));
  print_status("truncating opener", wait_for(pid));

  leased = (int)must(open("file", O_RDONLY));
  must(fcntl(leased, F_SETLEASE, F_RDLCK));
  pid = (pid_t)must(fork());
  if (pid == 0) {
    must(close(leased));
    _exit(truncate("file", 7) == 0 ? 0 : 1);
  }
  await_break();
  show(waitpid(pid, NULL, WNOHANG));
  must(fcntl(leased, F_SETLEASE, F_UNLCK));
  print_status("truncate", wait_for(pid));

  must(fcntl(leased, F_SETLEASE, F_RDLCK));
  install_handler(SIGALRM, on_alarm, 0);
  pid = opener(O_WRONLY);
  await_break();
  while (state_of(pid) != 'S') sleep_ms(1);
  must(kill(pid, SIGALRM));
  print_status("interrupted", wait_for(pid));
  must(close(leased));
}

int main(void) {
  enter_scratch();
  write_file("file", "contents", 0644);
  without_others();
  broken();
  leave_scratch();
  return 0;
}
