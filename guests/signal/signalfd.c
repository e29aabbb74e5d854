// signalfd(2): records of 128 bytes tell signal, code, sender and value, several in one read; the
// mask can be changed; poll and epoll see what is pending; errors.
// covers: signalfd4 read rt_sigqueueinfo ppoll epoll_pwait
#include "guest.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>

static void print_record(const struct signalfd_siginfo *r) {
  const bool real_time = (int)r->ssi_signo == SIGRTMIN + 1;
  printf("signo %s, code %d, pid %d, uid right %d, int %d, ptr %llx\n",
         real_time ? "SIGRTMIN+1" : strsignal((int)r->ssi_signo), r->ssi_code,
         r->ssi_pid == (uint32_t)getpid(), r->ssi_uid == getuid(), r->ssi_int,
         (unsigned long long)r->ssi_ptr);
}

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGRTMIN + 1);
  must(sigprocmask(SIG_BLOCK, &set, NULL));
  const int fd = (int)must(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  struct signalfd_siginfo got[4];
  struct pollfd one = {.fd = fd, .events = POLLIN | POLLOUT};
  expect(sizeof got[0] == 128);
  show(read(fd, got, sizeof got));
  show(poll(&one, 1, 0));
  must(kill(getpid(), SIGUSR1));
  must(kill(getpid(), SIGUSR1));
  must(sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = 7}));
  must(sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_ptr = (void *)0x123456789a}));
  show(poll(&one, 1, 0));
  expect(one.revents == POLLIN);
  show(read(fd, got, 127));
  show(read(fd, got, 128 + 100));
  print_record(&got[0]);
  show(read(fd, got, sizeof got));
  print_record(&got[0]);
  print_record(&got[1]);
  show(read(fd, got, sizeof got));

  const int ep = (int)must(epoll_create1(0));
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = 5};
  must(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event));
  show(epoll_wait(ep, &event, 1, 0));
  must(raise(SIGUSR1));
  show(epoll_wait(ep, &event, 1, 0));
  sigset_t other = set_of(SIGUSR2);
  must(sigprocmask(SIG_BLOCK, &other, NULL));
  expect(signalfd(fd, &other, 0) == fd);
  show(epoll_wait(ep, &event, 1, 0));
  show(read(fd, got, sizeof got));
  must(raise(SIGUSR2));
  show(read(fd, got, sizeof got));
  show(got[0].ssi_signo);
  expect(got[0].ssi_code == SI_TKILL || got[0].ssi_code == SI_USER);
  expect(sigtimedwait(&set, NULL, &(struct timespec){0, 0}) == SIGUSR1);

  const int cloexec = fcntl(fd, F_GETFD);
  show(cloexec);
  expect((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
  show(write(fd, got, 128));
  show(syscall(SYS_signalfd4, -1, &set, 4L, 0));
  show(syscall(SYS_signalfd4, -1, NULL, 8L, 0));
  show(syscall(SYS_signalfd4, -1, &set, 8L, 1));
  show(syscall(SYS_signalfd4, 9999, &set, 8L, 0));
  show(syscall(SYS_signalfd4, ep, &set, 8L, 0));
  return 0;
}
