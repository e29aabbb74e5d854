// setitimer(2): ITIMER_VIRTUAL counts user time alone, ITIMER_PROF system time too:
// of two set alike a program that spends its time in calls hears of the second one first.
// covers: setitimer getitimer read
#include "guest.h"

static volatile int first;

static void handler(int number) {
  if (first == 0) first = number;
}

int main(void) {
  static char bytes[1 << 20];
  install_handler(SIGVTALRM, handler, 0);
  install_handler(SIGPROF, handler, 0);
  const int fd = (int)must(open("/dev/zero", O_RDONLY));
  const struct itimerval timer = {{0, 0}, {0, 60000}};
  must(setitimer(ITIMER_VIRTUAL, &timer, NULL));
  must(setitimer(ITIMER_PROF, &timer, NULL));
  while (first == 0) must(read(fd, bytes, sizeof bytes));
  printf("first %s\n", signal_name(first));
  struct itimerval left;
  must(getitimer(ITIMER_VIRTUAL, &left));
  expect(left.it_value.tv_usec > 0);
  must(getitimer(ITIMER_PROF, &left));
  expect(left.it_value.tv_usec == 0);
  return 0;
}
