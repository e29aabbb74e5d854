// signal(7), accept(2), recv(2), connect(2): a blocked call ends with EINTR, starts anew
// with SA_RESTART, and ends with EAGAIN after SO_RCVTIMEO; with such a time-out SA_RESTART does not
// count.
// covers: accept recvfrom setsockopt
#include "guest.h"
#include "inet.h"

static volatile sig_atomic_t handled;
static void on_signal(int number) {
  (void)number;
  handled++;
}

// A child that sends SIGUSR1 again and again until it is killed: one of them comes while we wait.
static pid_t start_nagging(void) {
  const pid_t parent = getpid();
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    while (kill(parent, SIGUSR1) == 0) sleep_ms(2);
    _exit(0);
  }
  return child;
}

static void stop_nagging(pid_t child) {
  must(kill(child, SIGKILL));
  (void)wait_for(child);
}

static void restarted(int listener) {
  install_handler(SIGUSR1, on_signal, SA_RESTART);
  handled = 0;
  const pid_t parent = getpid();
  const struct sockaddr_in at = name_of(listener);
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    for (int i = 0; i < 3; i++) {
      kill(parent, SIGUSR1);
      sleep_ms(2);
    }
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    _exit(connect_to(fd, at) == 0 ? 0 : 1);
  }
  expect(accept(listener, NULL, NULL) >= 0);
  print_status("client", wait_for(child));
  expect(handled >= 1);
}

int main(void) {
  const int listener = new_listener(1);
  const int udp = new_udp();
  char byte;
  install_handler(SIGUSR1, on_signal, 0);
  pid_t nagging = start_nagging();
  show(accept(listener, NULL, NULL));
  show(recv(udp, &byte, 1, 0));
  stop_nagging(nagging);
  restarted(listener);

  const struct timeval soon = {0, 20000};
  must(setsockopt(udp, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon));
  show(recv(udp, &byte, 1, 0));
  must(setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon));
  show(accept(listener, NULL, NULL));
  const struct timeval late = {100, 0};
  must(setsockopt(udp, SOL_SOCKET, SO_RCVTIMEO, &late, sizeof late));
  nagging = start_nagging();
  show(recv(udp, &byte, 1, 0));
  stop_nagging(nagging);
  return 0;
}
