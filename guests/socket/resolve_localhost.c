// getaddrinfo(3) of a static program: numeric addresses, and "localhost" from /etc/hosts.
// covers: socket connect sendto recvfrom
// flags: -w
#include "guest.h"
#include "inet.h"
#include <netdb.h>

static void resolve(const char *name, int flags) {
  const struct addrinfo hints = {
      .ai_family = AF_INET, .ai_socktype = SOCK_STREAM, .ai_flags = flags};
  struct addrinfo *found = NULL;
  const int error = getaddrinfo(name, "80", &hints, &found);
  printf("%s: %s", name, error == 0 ? "found" : "not found");
  if (error == 0) {
    const struct sockaddr_in *at = (const struct sockaddr_in *)found->ai_addr;
    printf(" %s port %d", inet_ntoa(at->sin_addr), ntohs(at->sin_port));
    freeaddrinfo(found);
  }
  printf("\n");
}

int main(void) {
  resolve("127.0.0.1", AI_NUMERICHOST | AI_NUMERICSERV);
  resolve("no address", AI_NUMERICHOST | AI_NUMERICSERV);
  resolve("localhost", AI_NUMERICSERV);
  return 0;
}
