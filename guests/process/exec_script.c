// execve(2), interpreter scripts: the interpreter gets the optional argument as one word, the
// script's path as given and the caller's arguments from the second on; scripts nest four deep,
// then ELOOP.
// covers: execve
#include "guest.h"

extern char **environ;

static int interpret(int argc, char **argv) {
  for (int i = 0; i < argc; i++) printf("%s[%s]", i == 0 ? "" : " ", argv[i]);
  printf("\n");
  return 31;
}

static void run(const char *path) {
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    char *const arguments[] = {"dropped", "first", "", "third", NULL};
    execve(path, arguments, environ);
    printf("%s\n", errno_name(errno));
    exit(1);
  }
  print_status(path, wait_for(pid));
}

int main(int argc, char **argv) {
  if (strcmp(argv[0], "./interpreter") == 0) return interpret(argc, argv);
  enter_scratch();
  char self[PATH_MAX] = "";
  must(readlink("/proc/self/exe", self, sizeof self - 1));
  must(symlink(self, "interpreter"));
  write_file("plain", "#!./interpreter\nignored\n", 0755);
  write_file("spaces", "#! \t ./interpreter  \t one two  three \t \n", 0755);
  write_file("no-newline", "#!./interpreter -x", 0755);
  write_file("nested-2", "#!./plain of-2\n", 0755);
  write_file("nested-3", "#!./nested-2 of-3\n", 0755);
  write_file("nested-4", "#!./nested-3 of-4\n", 0755);
  write_file("nested-5", "#!./nested-4 of-5\n", 0755);
  write_file("nested-6", "#!./nested-5 of-6\n", 0755);
  write_file("itself", "#!./itself\n", 0755);
  run("./plain");
  run("plain");
  run("./spaces");
  run("./no-newline");
  run("./nested-2");
  run("./nested-3");
  run("./nested-4");
  run("./nested-5");
  run("./nested-6");
  run("./itself");
  char line[400];
  memset(line, 'y', sizeof line);
  memcpy(line, "#!./interpreter ", 16);
  strcpy(line + 390, "\n");
  write_file("long-argument", line, 0755);
  run("./long-argument");
  memset(line, 'z', sizeof line);
  memcpy(line, "#!./", 4);
  strcpy(line + 390, "\n");
  write_file("long-interpreter", line, 0755);
  run("./long-interpreter");
  leave_scratch();
  return 0;
}
