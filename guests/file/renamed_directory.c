// A directory renamed under the feet of whoever works in it: getcwd(2) and ".." tell where it is
// now, and a removed one has no path.
// covers: getcwd, chdir, renameat
#include "guest.h"

static char start[PATH_MAX];

static void where(const char *what) {
  char now[PATH_MAX];
  if (getcwd(now, sizeof now)) {
    printf("%s: %s\n", what, strlen(now) > strlen(start) ? now + strlen(start) : "(start)");
  } else {
    printf("%s: %s\n", what, errno_name(errno));
  }
}

int main(void) {
  must(getcwd(start, sizeof start) ? 0 : -1);
  must(mkdir("one", 0755));
  must(mkdir("one/two", 0755));
  must(mkdir("one/two/three", 0755));
  must(mkdir("other", 0755));
  must(chdir("one/two/three"));
  where("at first");
  show(rename("../../../one", "../../../uno"));
  where("a directory above is renamed");
  show(rename("../../two", "../../../other/dos"));
  where("and moved elsewhere");
  show(chdir(".."));
  where("up");
  show(chdir(".."));
  where("up again");
  show(access("dos/three", F_OK));
  show(access("../uno", F_OK));
  show(access("../other/dos/../dos/three/../../../uno", F_OK));
  must(chdir("dos/three"));
  show(rmdir("../three"));
  where("removed");
  show(access("x", F_OK));
  show(chdir(".."));
  where("up from what is gone");
  return 0;
}
