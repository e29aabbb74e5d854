// rtnetlink(7) and getifaddrs(3): what the kernel tells of interfaces and their addresses.
// covers: socket bind sendto recvmsg getsockname
#include "guest.h"
#include "inet.h"
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

static void dump_links(void) {
  const int fd = (int)must(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  struct sockaddr_nl name = {.nl_family = AF_NETLINK};
  show(bind(fd, (struct sockaddr *)&name, sizeof name));
  socklen_t size = sizeof name;
  show(getsockname(fd, (struct sockaddr *)&name, &size));
  expect(size == sizeof name && name.nl_pid != 0);
  struct {
    struct nlmsghdr header;
    struct ifinfomsg body;
  } request = {.header = {.nlmsg_len = sizeof request,
                          .nlmsg_type = RTM_GETLINK,
                          .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                          .nlmsg_seq = 77}};
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  expect(sendto(fd, &request, sizeof request, 0, (struct sockaddr *)&kernel, sizeof kernel) ==
         sizeof request);
  static char buffer[65536];
  int links = 0;
  for (bool done = false; !done;) {
    ssize_t left = recv(fd, buffer, sizeof buffer, 0);
    must(left);
    for (struct nlmsghdr *h = (void *)buffer; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
      if (h->nlmsg_seq != 77 || h->nlmsg_pid != name.nl_pid) printf("not ours\n");
      if (h->nlmsg_type == RTM_NEWLINK) links++;
      if (h->nlmsg_type == NLMSG_DONE) done = true;
    }
  }
  printf("%d links\n", links);
}

int main(void) {
  const int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  if (fd == -1) {
    printf("no netlink: %s\n", socket_error_name(errno));
    return 0;
  }
  dump_links();
  struct ifaddrs *all = NULL;
  show(getifaddrs(&all));
  int count = 0;
  for (struct ifaddrs *one = all; one != NULL; one = one->ifa_next) {
    count++;
    if (one->ifa_addr == NULL || one->ifa_addr->sa_family != AF_INET) continue;
    if (strcmp(one->ifa_name, "lo") == 0)
      printf("lo %s\n", inet_ntoa(((struct sockaddr_in *)one->ifa_addr)->sin_addr));
  }
  printf("%d entries\n", count);
  freeifaddrs(all);
  return 0;
}
