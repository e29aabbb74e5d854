// execve(2): set-user-ID and set-group-ID bits give the file's owner as effective and saved ids,
// AT_SECURE and no dumpability, unless no_new_privs or the mount forbid it, or the group may not
// execute the file.
// covers: execve prctl getresuid getresgid
// kemu: --overlay
#include "guest.h"

#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/statfs.h>

enum { kUser = 3333, kGroup = 3334, kOwner = 2222, kOwnersGroup = 2223, kNoSuid = 2 };

static void copy_self(void) {
  static char bytes[65536];
  const int from = (int)must(open("/proc/self/exe", O_RDONLY));
  const int to = (int)must(open("copy", O_WRONLY | O_CREAT, 0755));
  for (long size; (size = must(read(from, bytes, sizeof bytes))) > 0;) must(write(to, bytes, size));
  close(from);
  close(to);
}

// Says what became of the ids: run from the copy.
static int report(const char *what) {
  uid_t real, effective, saved;
  gid_t real_group, effective_group, saved_group;
  must(getresuid(&real, &effective, &saved));
  must(getresgid(&real_group, &effective_group, &saved_group));
  printf("%s: users %d %d %d, groups %d %d %d, secure %ld, dumpable %d\n", what, (int)real,
         (int)effective, (int)saved, (int)real_group, (int)effective_group, (int)saved_group,
         (long)getauxval(AT_SECURE), prctl(PR_GET_DUMPABLE) == 1);
  return 0;
}

static void run(const char *what, uid_t owner, mode_t mode, bool new_privileges) {
  must(chown("copy", owner, kOwnersGroup));
  must(chmod("copy", mode));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    must(syscall(SYS_setgroups, 0, NULL));
    must(setresgid(kGroup, kGroup, kGroup));
    must(setresuid(kUser, kUser, kUser));
    if (!new_privileges) must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    char *const arguments[] = {(char *)"copy", (char *)what, NULL};
    must(execv("./copy", arguments));
  }
  print_status(what, wait_for(pid));
}

int main(int argc, char **argv) {
  if (argc > 1) return report(argv[1]);
  enter_scratch();
  struct statfs here;
  must(statfs(".", &here));
  const bool honoured =
      geteuid() == 0 && !(here.f_flags & kNoSuid) && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0;
  if (!honoured) {
    puts("needs root and a file system with set-user-ID programs");
    leave_scratch();
    return 0;
  }
  must(chmod(".", 0755));
  copy_self();
  run("plain", kOwner, 0755, true);
  run("user", kOwner, 04755, true);
  run("group", kOwner, 02755, true);
  run("both", kOwner, 06755, true);
  run("group without execution", kOwner, 02745, true);
  run("no new privileges", kOwner, 06755, false);
  run("root", 0, 04755, true);
  run("own", kUser, 04755, true);
  leave_scratch();
  return 0;
}
