// execve(2): the new program gets exactly the arguments and environment passed, empty strings among
// them, keeps pid, directory, umask and descriptors, and nothing of the old memory.
// covers: execve clone wait4 getcwd umask
#include "guest.h"

extern char **environ;

static int started_as_new(int argc, char **argv) {
  printf("argc %d\n", argc);
  for (int i = 0; i < 3; i++) printf("argv[%d] \"%s\"\n", i, argv[i]);
  expect(argv[argc] == NULL);
  for (char **entry = environ; *entry != NULL; entry++) printf("env \"%s\"\n", *entry);
  expect((char **)argv + argc + 1 == environ);
  char directory[100];
  must(getcwd(directory, sizeof directory) == NULL ? -1 : 0);
  printf("directory %s, umask %03o\n", directory, umask(0));
  expect(atoi(argv[3]) == getpid());
  show(write(atoi(argv[4]), "from the new program\n", 21));
  return 23;
}

int main(int argc, char **argv) {
  if (argc > 1) return started_as_new(argc, argv);
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    must(chdir("/dev"));
    umask(027);
    char self[20], descriptor[20];
    snprintf(self, sizeof self, "%d", getpid());
    snprintf(descriptor, sizeof descriptor, "%d", dup(1));
    char *const arguments[] = {"new name", "", "two words", self, descriptor, NULL};
    char *const environment[] = {"A=1", "EMPTY=", "NO_VALUE", "A=2", NULL};
    execve("/proc/self/exe", arguments, environment);
    printf("execve: %s\n", errno_name(errno));
    exit(1);
  }
  print_status("program", wait_for(pid));
  return 0;
}
