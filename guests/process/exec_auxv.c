// getauxval(3): the auxiliary vector tells the truth about the program, the page size, the clock
// tick and the ids, and gives 16 random bytes and the name that was executed.
// covers: execve getuid geteuid getgid getegid
#include "guest.h"
#include <elf.h>
#include <link.h>
#include <sys/auxv.h>

extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern char **environ;

int main(int argc, char **argv) {
  if (argc == 1) {
    char *const arguments[] = {argv[0], "again", NULL};
    execve("/proc/self/exe", arguments, environ);
    return 1;
  }
  const ElfW(Ehdr) *header = (const void *)__ehdr_start;
  const uintptr_t base = header->e_type == ET_DYN ? (uintptr_t)header : 0;
  show(getauxval(AT_PAGESZ));
  show(getauxval(AT_CLKTCK));
  show(getauxval(AT_FLAGS));
  show(getauxval(AT_SECURE));
  expect(getauxval(AT_PHDR) == (uintptr_t)header + header->e_phoff);
  expect(getauxval(AT_PHNUM) == header->e_phnum);
  expect(getauxval(AT_PHENT) == sizeof(ElfW(Phdr)));
  expect(getauxval(AT_ENTRY) == base + header->e_entry);
  expect(getauxval(AT_UID) == getuid());
  expect(getauxval(AT_EUID) == geteuid());
  expect(getauxval(AT_GID) == getgid());
  expect(getauxval(AT_EGID) == getegid());
  expect(getauxval(AT_HWCAP) != 0);
  expect(getauxval(AT_PLATFORM) != 0 && strlen((char *)getauxval(AT_PLATFORM)) > 4);
  printf("%s\n", (char *)getauxval(AT_EXECFN));
  errno = 0;
  expect(getauxval(12345) == 0 && errno == ENOENT);
  const unsigned char *random = (const unsigned char *)getauxval(AT_RANDOM);
  expect(random != NULL);
  int different = 0;
  for (int i = 1; i < 16; i++) different += random[i] != random[0];
  expect(different > 4);
  // The vector lies behind the environment, on a stack that is aligned to 16.
  char **end = environ;
  while (*end != NULL) end++;
  const ElfW(auxv_t) *vector = (const void *)(end + 1);
  bool found = false;
  for (; vector->a_type != AT_NULL; vector++) found |= vector->a_type == AT_PAGESZ;
  expect(found);
  expect((uintptr_t)(argv - 1) % 16 == 0);
  expect(*(long *)(argv - 1) == argc);
  return 0;
}
