// A dynamic program and its loader: dlopen by run path and LD_LIBRARY_PATH, thread-local variables
// of a late library, LD_PRELOAD, the loader run as a program, and what the auxiliary vector and
// /proc/self say of them all (ld.so(8), dlopen(3), getauxval(3), elf(5)).
// covers: execve, mmap, mprotect
// library: tls
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <libgen.h>
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

static char own_path[4096];
static char library_path[4096];

static const char *interpreter(void) {
  const ElfW(Phdr) *header = (const ElfW(Phdr) *)getauxval(AT_PHDR);
  uintptr_t bias = 0;
  for (unsigned long i = 0; i < getauxval(AT_PHNUM); i++)
    if (header[i].p_type == PT_PHDR) bias = (uintptr_t)header - header[i].p_vaddr;
  for (unsigned long i = 0; i < getauxval(AT_PHNUM); i++)
    if (header[i].p_type == PT_INTERP) return (const char *)(bias + header[i].p_vaddr);
  return NULL;
}

// Whether a line of /proc/self/maps has the address, the rights and the end of the name.
static int mapped(uintptr_t address, const char *rights, const char *name) {
  FILE *maps = fopen("/proc/self/maps", "r");
  char line[4500];
  int found = 0;
  while (fgets(line, sizeof line, maps)) {
    unsigned long start, end;
    char has[8];
    line[strcspn(line, "\n")] = 0;
    if (sscanf(line, "%lx-%lx %7s", &start, &end, has) != 3) continue;
    const size_t size = strlen(line), tail = strlen(name);
    const int named = size >= tail && strcmp(line + size - tail, name) == 0;
    if (start <= address && address < end && strcmp(has, rights) == 0 && named) found = 1;
  }
  fclose(maps);
  return found;
}

static void look_at_own_start(void) {
  printf("interpreter: %d, AT_BASE: %d, AT_PHENT: %lu\n", interpreter() != NULL,
         getauxval(AT_BASE) != 0, getauxval(AT_PHENT));
  const ElfW(Ehdr) *loader = (const ElfW(Ehdr) *)getauxval(AT_BASE);
  printf("AT_BASE is an ELF header: %d\n", memcmp(loader->e_ident, ELFMAG, SELFMAG) == 0);
  printf("own code: %d\n", mapped((uintptr_t)&look_at_own_start, "r-xp", basename(own_path)));
  printf("own entry: %d\n", mapped(getauxval(AT_ENTRY), "r-xp", basename(own_path)));
  printf("libc is elsewhere: %d\n", !mapped((uintptr_t)&printf, "r-xp", basename(own_path)));
  printf("AT_EXECFN is this program: %d\n", access((const char *)getauxval(AT_EXECFN), X_OK) == 0);
  printf("AT_SECURE %lu, AT_RANDOM %d\n", getauxval(AT_SECURE), getauxval(AT_RANDOM) != 0);
}

static void use_library(const char *name) {
  void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    printf("dlopen failed\n");
    return;
  }
  int (*bump)(int) = (int (*)(int))dlsym(library, "tls_bump");
  int (*is_zeroed)(void) = (int (*)(void))dlsym(library, "tls_is_zeroed");
  const int *constructed = dlsym(library, "tls_constructed");
  printf("constructed %d, zeroed %d\n", *constructed, is_zeroed());
  printf("bump %d\n", bump(1));
  printf("bump %d\n", bump(2));
  printf("a second dlopen is the same: %d\n", dlopen(name, RTLD_NOW) == library);
  Dl_info info;
  const int known = dladdr((void *)bump, &info);
  printf("dladdr: %d %s\n", known != 0, info.dli_sname);
  snprintf(library_path, sizeof library_path, "%s", info.dli_fname);
  printf("code of the library: %d\n", mapped((uintptr_t)bump, "r-xp", "/libtls.so"));
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) _exit(bump(0) == 1003 ? 42 : 1);
  int status;
  waitpid(child, &status, 0);
  printf("in a child: %d, and here still %d\n", WEXITSTATUS(status), bump(0));
  printf("no such symbol: %d, no such library: %d\n", dlsym(library, "absent") == NULL,
         dlopen("libabsent.so", RTLD_NOW) == NULL);
}

// Runs this program again in one of the ways that `main` knows.
static void again(const char *what, const char *variable, const char *value, int by_loader) {
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    if (variable) setenv(variable, value, 1);
    char *by_itself[] = {own_path, (char *)what, NULL};
    char *by_the_loader[] = {(char *)interpreter(), own_path, (char *)what, NULL};
    execv(by_loader ? interpreter() : own_path, by_loader ? by_the_loader : by_itself);
    _exit(126);
  }
  int status;
  waitpid(child, &status, 0);
  printf("%s: status %#x\n", what, status);
}

int main(int argc, char **argv) {
  const ssize_t size = readlink("/proc/self/exe", own_path, sizeof own_path - 1);
  if (size < 0) return 1;
  if (argc > 1 && strcmp(argv[1], "preloaded") == 0) {
    const char *name = getlogin();
    printf("getlogin is %s\n", name ? name : "nobody's");
    return 5;
  }
  if (argc > 1 && strcmp(argv[1], "by path") == 0) {
    printf("found: %d\n", dlopen("libother.so", RTLD_NOW) != NULL);
    return 6;
  }
  if (argc > 1) {
    printf("/proc/self/exe is not this program: %d\n", strcmp(own_path, argv[0]) != 0);
    use_library("libtls.so");
    return 7;
  }
  look_at_own_start();
  use_library("libtls.so");
  again("preloaded", "LD_PRELOAD", library_path, 0);
  char directory[] = "libraries";
  must(mkdir(directory, 0755));
  must(symlink(library_path, "libraries/libother.so"));
  again("by path", "LD_LIBRARY_PATH", directory, 0);
  again("loader", NULL, NULL, 1);
  return 0;
}
