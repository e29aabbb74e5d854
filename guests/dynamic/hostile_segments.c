// Programs and interpreters with segments that make no sense: larger in the file than in memory,
// outside of user space, larger than any memory, at odds with the file's pages, with an entry that
// is nowhere. Some execve(2) refuses; what it finds when the old program is gone kills (SIGSEGV).
// covers: execve
#include "elf_image.h"

static const char *spoiler;

// Tries the spoilt image as a program, then as the interpreter of a good one.
static void try(void) {
  char what[100];
  store("file", kSize, 0755);
  snprintf(what, sizeof what, "%s, program", spoiler);
  execute(what, "file");
  prepare("file", 1);
  store("program", kSize, 0755);
  snprintf(what, sizeof what, "%s, interpreter", spoiler);
  execute(what, "program");
}

static void spoil(const char *how) {
  spoiler = how;
  prepare(NULL, 3);
}

int main(void) {
  spoil("nothing wrong");
  try();
  spoil("more in the file than in memory");
  image.load.p_memsz = kSize - 1;
  try();
  spoil("larger than user space");
  image.load.p_memsz = UINT64_C(1) << 57;
  try();
  spoil("as large as numbers go");
  image.load.p_memsz = UINT64_MAX;
  try();
  spoil("both sizes as large as numbers go");
  image.load.p_memsz = image.load.p_filesz = UINT64_MAX;
  try();
  spoil("at odds with pages");
  image.load.p_vaddr = 0x10;
  try();
  spoil("fixed outside of user space");
  image.header.e_type = ET_EXEC;
  image.load.p_vaddr = UINT64_C(1) << 60;
  try();
  spoil("fixed at the end of numbers");
  image.header.e_type = ET_EXEC;
  image.load.p_vaddr = UINT64_MAX - kSize + 1;
  try();
  spoil("fixed");
  image.header.e_type = ET_EXEC;
  image.load.p_vaddr = 0x7000000;
  image.header.e_entry += 0x7000000;
  try();
  spoil("entry outside");
  image.header.e_entry = 0x100000;
  try();
  spoil("entry at the end of user space");
  image.header.e_entry = UINT64_C(1) << 50;
  try();
  spoil("not to be read or run");
  image.load.p_flags = 0;
  try();
  spoil("odd alignment");
  image.load.p_align = 12345;
  try();
  spoil("unbounded alignment");
  image.load.p_align = UINT64_MAX;
  try();
  return 0;
}
