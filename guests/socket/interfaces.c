// netdevice(7): the loopback interface by name and by number, the list of interfaces, FIONREAD and
// what is no request of a socket's.
// covers: ioctl
#include "guest.h"
#include "inet.h"
#include <net/if.h>
#include <sys/ioctl.h>

int main(void) {
  const int fd = (int)must(socket(AF_INET, SOCK_DGRAM, 0));
  struct ifreq request = {0};
  strcpy(request.ifr_name, "lo");
  show(ioctl(fd, SIOCGIFINDEX, &request));
  const int index = request.ifr_ifindex;
  show(ioctl(fd, SIOCGIFFLAGS, &request));
  expect((request.ifr_flags & IFF_LOOPBACK) != 0);
  if (show_socket(ioctl(fd, SIOCGIFADDR, &request)) == 0)
    printf("%s\n", inet_ntoa(((struct sockaddr_in *)&request.ifr_addr)->sin_addr));
  if (show_socket(ioctl(fd, SIOCGIFNETMASK, &request)) == 0)
    printf("%s\n", inet_ntoa(((struct sockaddr_in *)&request.ifr_addr)->sin_addr));
  show(ioctl(fd, SIOCGIFMTU, &request));
  printf("%d\n", request.ifr_mtu);
  show(ioctl(fd, SIOCGIFHWADDR, &request));
  printf("%d\n", request.ifr_hwaddr.sa_family);
  memset(&request, 0, sizeof request);
  request.ifr_ifindex = index;
  show(ioctl(fd, SIOCGIFNAME, &request));
  printf("%s\n", request.ifr_name);
  strcpy(request.ifr_name, "none-such");
  show(ioctl(fd, SIOCGIFFLAGS, &request));
  show(ioctl(fd, SIOCGIFFLAGS, 8));

  struct ifreq all[64];
  struct ifconf list = {.ifc_len = sizeof all, .ifc_req = all};
  show(ioctl(fd, SIOCGIFCONF, &list));
  printf("%d\n", list.ifc_len);
  for (size_t i = 0; i < (size_t)list.ifc_len / sizeof all[0]; i++)
    if (strcmp(all[i].ifr_name, "lo") == 0) printf("lo is listed\n");
  const int whole = list.ifc_len;
  list = (struct ifconf){0};
  show(ioctl(fd, SIOCGIFCONF, &list));
  expect(list.ifc_len == whole);

  struct tcp_pair pair = connected_pair();
  int count = -1;
  show(ioctl(pair.client, FIONREAD, &count));
  must(write(pair.server, "four", 4));
  (void)wait_events(pair.client, POLLIN);
  show(ioctl(pair.client, FIONREAD, &count));
  printf("%d\n", count);
  show(ioctl(pair.client, 0x5413, &request));
  show(ioctl(new_listener(1), FIONREAD, &count));
  return 0;
}
