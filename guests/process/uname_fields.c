// uname(2): five strings that end within their fields; the release says which Linux this is.
// covers: uname
#include "guest.h"
#include <sys/utsname.h>

int main(void) {
  struct utsname name;
  memset(&name, 0xff, sizeof name);
  show(uname(&name));
  printf("%s\n", name.sysname);
  expect(memchr(name.nodename, 0, sizeof name.nodename) != NULL);
  expect(memchr(name.release, 0, sizeof name.release) != NULL);
  expect(memchr(name.version, 0, sizeof name.version) != NULL);
  int major = 0, minor = -1;
  expect(sscanf(name.release, "%d.%d", &major, &minor) == 2);
  expect(major >= 4 && minor >= 0);
#if defined(__aarch64__)
  const char *const machine = "aarch64";
#else
  const char *const machine = "x86_64";
#endif
  expect(strcmp(name.machine, machine) == 0);
  char host[100];
  must(gethostname(host, sizeof host));
  expect(strcmp(host, name.nodename) == 0);
  show(uname((struct utsname *)16));
  return 0;
}
