// execve(2), limits: one string may have 32 pages less one byte, all strings and pointers together
// a quarter of the stack limit; beyond is E2BIG, and the caller runs on.
// covers: execve prlimit64
#include "guest.h"

enum { kLongest = 32 * kPage - 1 };

static char *word_of(size_t length) {
  char *word = malloc(length + 1);
  memset(word, 'w', length);
  word[length] = 0;
  return word;
}

static void run(const char *what, char **arguments, char **environment) {
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    execve("/proc/self/exe", arguments, environment);
    printf("%s: %s\n", what, errno_name(errno));
    exit(1);
  }
  print_status(what, wait_for(pid));
}

static char **many(char *word, int count) {
  char **list = calloc((size_t)count + 3, sizeof *list);
  list[0] = "program";
  list[1] = "count";
  for (int i = 0; i < count; i++) list[i + 2] = word;
  return list;
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "count") == 0) {
    size_t bytes = 0;
    for (int i = 2; i < argc; i++) bytes += strlen(argv[i]);
    printf("%d arguments of %zu bytes\n", argc - 2, bytes);
    return 0;
  }
  struct rlimit limit;
  must(getrlimit(RLIMIT_STACK, &limit));
  limit.rlim_cur = 8 << 20;
  must(setrlimit(RLIMIT_STACK, &limit));
  char *nothing[] = {NULL};
  char *longest = word_of(kLongest);
  char *too_long = word_of(kLongest + 1);
  char *page = word_of(1000);
  run("longest word", many(longest, 1), nothing);
  run("word too long", many(too_long, 1), nothing);
  char *environment[] = {too_long, NULL};
  run("environment word too long", many(page, 1), environment);
  run("1000 words of 1000", many(page, 1000), nothing);
  run("2000 words of 1000", many(page, 2000), nothing);
  run("2100 words of 1000", many(page, 2100), nothing);
  run("3000 words of 1000", many(page, 3000), nothing);
  run("2000 words of 1000 in the environment", many(page, 1), many(page, 2000));
  run("1100 + 1100 words of 1000", many(page, 1100), many(page, 1100));
  return 0;
}
