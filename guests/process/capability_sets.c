// capabilities(7): what becomes of the sets when user ids change, with PR_SET_KEEPCAPS and without,
// when they are dropped, raised and bounded, and at execve(2). Without root they are empty.
// covers: capget capset prctl setresuid setfsuid
#include "guest.h"
#include <sys/fsuid.h>
#include <sys/prctl.h>

struct header {
  uint32_t version;
  int32_t pid;
};
struct data {
  uint32_t effective, permitted, inheritable;
};
enum { kVersion = 0x20080522, kChown = 0, kKill = 5, kSetgid = 6, kSetuid = 7, kSetpcap = 8 };
enum { kNobody = 65534 };

static struct data now[2];

static void get(void) {
  struct header header = {kVersion, 0};
  must(syscall(SYS_capget, &header, now));
}

static long set(void) {
  struct header header = {kVersion, 0};
  return syscall(SYS_capset, &header, now);
}

static void print(const char *when) {
  get();
  const uint32_t few = 1u << kChown | 1u << kKill | 1u << kSetgid | 1u << kSetuid;
  printf("%s: effective %#x permitted %#x inheritable %#x\n", when, now[0].effective & few,
         now[0].permitted & few, now[0].inheritable & few);
}

static void without_keeping(void) {
  must(setresuid(kNobody, kNobody, 0));
  print("saved root");
  must(setresuid(-1, 0, -1));
  print("root again");
  must(setresuid(kNobody, kNobody, kNobody));
  print("nobody");
  show(setuid(0));
  show(setgid(0) == 0 || errno == EPERM);
}

static void with_keeping(void) {
  show(prctl(PR_SET_KEEPCAPS, 1));
  show(prctl(PR_SET_KEEPCAPS, 2));
  must(setresuid(kNobody, kNobody, kNobody));
  show(prctl(PR_GET_KEEPCAPS));
  print("kept");
  get();
  now[0].effective = 1u << kSetuid;
  show(set());
  print("raised");
  show(setresuid(1234, -1, -1));
  now[0].permitted = now[0].effective = 0;
  show(set());
  now[0].permitted = 1u << kKill;
  show(set());
  print("dropped");
}

static void by_filesystem_id(void) {
  setfsuid(kNobody);
  print("another fsuid");
  setfsuid(0);
  print("fsuid 0");
}

static void by_bounding_set(void) {
  expect(prctl(PR_CAPBSET_READ, kKill) == 1);
  show(prctl(PR_CAPBSET_DROP, kKill));
  show(prctl(PR_CAPBSET_READ, kKill));
  show(prctl(PR_CAPBSET_READ, 64));
  show(prctl(PR_CAPBSET_DROP, 64));
  get();
  now[0].inheritable |= 1u << kKill;
  now[1].inheritable = 0;
  show(set());
}

static void ambient(void) {
  enum { kIsSet = 1, kRaise, kLower, kClear };
  show(prctl(PR_CAP_AMBIENT, kRaise, kKill, 0, 0));
  get();
  now[0].inheritable = 1u << kKill;
  show(set());
  show(prctl(PR_CAP_AMBIENT, kRaise, kKill, 0, 0));
  show(prctl(PR_CAP_AMBIENT, kIsSet, kKill, 0, 0));
  show(prctl(PR_CAP_AMBIENT, kLower, kKill, 0, 0));
  show(prctl(PR_CAP_AMBIENT, kIsSet, kKill, 0, 0));
  must(prctl(PR_CAP_AMBIENT, kRaise, kKill, 0, 0));
  show(prctl(PR_CAP_AMBIENT, kClear, kKill, 0, 0));
  show(prctl(PR_CAP_AMBIENT, kClear, 0, 0, 0));
  show(prctl(PR_CAP_AMBIENT, kIsSet, kKill, 0, 0));
  show(prctl(PR_CAP_AMBIENT, 9, kKill, 0, 0));
  show(prctl(PR_CAP_AMBIENT, kIsSet, 64, 0, 0));
}

static void secure_bits(void) {
  enum { kNoRoot = 1, kNoFixup = 4, kNoFixupLocked = 8, kKeep = 16 };
  expect((prctl(PR_GET_SECUREBITS) & kNoFixup) == 0);
  show(prctl(PR_SET_SECUREBITS, kNoFixup | kNoFixupLocked));
  show(prctl(PR_GET_SECUREBITS));
  show(prctl(PR_SET_SECUREBITS, 0));
  show(prctl(PR_SET_SECUREBITS, 1 << 20));
  must(setresuid(kNobody, kNobody, kNobody));
  print("without the fixup");
}

static char *self;

static void across_exec(void) {
  must(prctl(PR_SET_KEEPCAPS, 1));
  must(setresuid(kNobody, kNobody, kNobody));
  get();
  now[0].effective = now[0].permitted = now[0].inheritable = 1u << kKill;
  now[1].effective = now[1].permitted = now[1].inheritable = 0;
  must(set());
  must(prctl(PR_CAP_AMBIENT, 2, kKill, 0, 0));
  execl("/proc/self/exe", self, "look", NULL);
  _exit(77);
}

static void across_exec_without_ambient(void) {
  must(prctl(PR_SET_KEEPCAPS, 1));
  must(setresuid(kNobody, kNobody, kNobody));
  execl("/proc/self/exe", self, "look", NULL);
  _exit(77);
}

int main(int argc, char **argv) {
  self = argv[0];
  if (argc > 1) {
    print("after exec");
    show(prctl(PR_GET_KEEPCAPS));
    return 0;
  }
  expect(geteuid() == 0 || setuid(0) == -1);
  if (geteuid() != 0) return 0;
  print("at first");
  print_status("without keeping", in_child(without_keeping));
  print_status("with keeping", in_child(with_keeping));
  print_status("by fsuid", in_child(by_filesystem_id));
  print_status("by bounding set", in_child(by_bounding_set));
  print_status("ambient", in_child(ambient));
  print_status("secure bits", in_child(secure_bits));
  print_status("exec", in_child(across_exec));
  print_status("exec without ambient", in_child(across_exec_without_ambient));
  return 0;
}
