// membarrier(2): the query tells what is there, the barriers return, the private ones only for a
// process that registered, fork keeps the registration, and unknown commands or flags are EINVAL.
// covers: membarrier
#include "guest.h"

enum {
  kGlobal = 1,
  kGlobalExpedited = 2,
  kRegisterGlobal = 4,
  kPrivate = 8,
  kRegisterPrivate = 16,
  kPrivateCore = 32,
  kRegisterCore = 64,
  kPrivateSequences = 128,
  kRegisterSequences = 256,
};

static long membarrier(int command, unsigned flags) {
  return syscall(SYS_membarrier, command, flags, 0);
}

int main(int argc, char **argv) {
  if (argc > 1) {
    show(membarrier(kPrivate, 0));
    return 0;
  }
  const long commands = membarrier(0, 0);
  expect(commands > 0);
  expect((commands & 0x1ff) == 0x1ff);
  show(membarrier(kGlobal, 0));
  show(membarrier(0, 77));
  show(membarrier(kPrivate, 77));
  show(membarrier(0x40000000, 0));
  show(membarrier(3, 0));
  show(membarrier(kGlobalExpedited, 0));
  show(membarrier(kRegisterGlobal, 0));
  show(membarrier(kGlobalExpedited, 0));
  show(membarrier(kPrivate, 0));
  show(membarrier(kPrivateCore, 0));
  show(membarrier(kRegisterPrivate, 0));
  show(membarrier(kRegisterPrivate, 0));
  show(membarrier(kPrivate, 0));
  show(membarrier(kPrivateCore, 0));
  show(membarrier(kRegisterCore, 0));
  show(membarrier(kPrivateCore, 0));
  // Those that are to leave restartable sequences may be named by a CPU, by nobody else.
  show(membarrier(kPrivateSequences, 0));
  show(membarrier(kRegisterSequences, 1));
  show(membarrier(kRegisterSequences, 0));
  show(membarrier(kPrivateSequences, 0));
  show(membarrier(kPrivateSequences, 1));
  show(membarrier(kPrivateSequences, 2));
  show(membarrier(kPrivate, 1));
  fflush(stdout);
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    show(membarrier(kPrivate, 0));
    fflush(stdout);
    execl("/proc/self/exe", argv[0], "executed", (char *)NULL);
    _exit(1);
  }
  print_status("child", wait_for(child));
  return 0;
}
