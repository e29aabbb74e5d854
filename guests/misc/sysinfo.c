// sysinfo(2): memory figures that add up, time since the start, at least this process.
// covers: sysinfo
#include "guest.h"
#include <sys/sysinfo.h>

int main(void) {
  struct sysinfo facts;
  memset(&facts, 0xff, sizeof facts);
  show(sysinfo(&facts));
  expect((long)facts.uptime >= 0);
  expect(facts.mem_unit >= 1);
  expect(facts.totalram > 0 && facts.freeram <= facts.totalram);
  expect(facts.bufferram <= facts.totalram && facts.sharedram <= facts.totalram);
  expect(facts.freeswap <= facts.totalswap);
  expect(facts.procs >= 1);
  expect(facts.totalram * facts.mem_unit > 16 << 20);
  show(syscall(SYS_sysinfo, 16L));
  return 0;
}
