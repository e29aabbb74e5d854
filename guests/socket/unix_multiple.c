// sendmmsg(2) and recvmmsg(2): counts and sizes, MSG_WAITFORONE, a timeout of zero, what errors in
// the middle leave.
// covers: sendmmsg recvmmsg
// libc: glibc
#include "guest.h"
#include <sys/socket.h>

enum { kCount = 4 };

int main(void) {
  int pair[2];
  char texts[kCount][8] = {"one", "two", "three", "four"};
  struct iovec pieces[kCount];
  struct mmsghdr messages[kCount] = {0};
  must(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
  for (int i = 0; i < kCount; i++) {
    pieces[i] = (struct iovec){texts[i], strlen(texts[i])};
    messages[i].msg_hdr.msg_iov = &pieces[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  show(sendmmsg(pair[0], messages, kCount, 0));
  for (int i = 0; i < kCount; i++) show(messages[i].msg_len);
  for (int i = 0; i < kCount; i++) pieces[i].iov_len = 4;
  show(recvmmsg(pair[1], messages, 2, 0, NULL));
  show(messages[0].msg_len);
  show(recvmmsg(pair[1], messages, kCount, MSG_WAITFORONE, NULL));
  show(messages[0].msg_len);
  expect((messages[0].msg_hdr.msg_flags & MSG_TRUNC) != 0);
  show(recvmmsg(pair[1], messages, kCount, MSG_DONTWAIT, NULL));
  show(sendmmsg(pair[0], messages, 3, 0));
  struct timespec none = {0, 0};
  show(recvmmsg(pair[1], messages, kCount, 0, &none));
  none.tv_nsec = -1;
  show(recvmmsg(pair[1], messages, kCount, 0, &none));
  show(recvmmsg(pair[1], messages, kCount, MSG_DONTWAIT, NULL));
  pieces[1].iov_base = (void *)-1;
  show(sendmmsg(pair[0], messages, kCount, 0));
  show(sendmmsg(pair[0], messages + 1, 1, 0));
  show(sendmmsg(pair[0], messages, 0, 0));
  show(sendmmsg(pair[0], (void *)-1, 1, 0));
  show(sendmmsg(0, messages, 1, 0));
  show(recvmmsg(99, messages, 1, 0, NULL));
  return 0;
}
