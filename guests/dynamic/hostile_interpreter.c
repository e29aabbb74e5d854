// Programs whose interpreter is missing, no file, not executable, no ELF file, for another machine,
// cut off, or itself a program that wants an interpreter, and programs whose PT_INTERP is nonsense:
// execve(2)'s answer to each (ENOENT, EACCES, ELIBBAD, ENOEXEC, EIO, ELOOP), and what runs.
// covers: execve
#include "elf_image.h"

// A program with that interpreter, which stands there already.
static void with(const char *what, const char *path) {
  prepare(path, 1);
  store("program", kSize, 0755);
  execute(what, "program");
}

static void interpreters(void) {
  with("missing", "nowhere");
  with("missing directory", "no/where");
  must(mkdir("directory", 0755));
  with("directory", "directory");
  with("file as a directory", "program/x");
  with("itself", "program");
  must(symlink("loop", "loop"));
  with("link to itself", "loop");
  must(mkfifo("fifo", 0755));
  with("FIFO", "fifo");
  with("device", "/dev/null");
  with("no name", "");

  prepare(NULL, 3);
  store("good", kSize, 0755);
  with("good", "good");
  must(symlink("good", "link"));
  with("link to good", "link");
  store("unexecutable", kSize, 0644);
  with("not executable", "unexecutable");
  store("header", sizeof image.header, 0755);
  with("header alone", "header");
  store("short", 63, 0755);
  with("short", "short");
  store("empty", 0, 0755);
  with("empty", "empty");
  image.header.e_machine = kOther;
  store("other", kSize, 0755);
  with("other machine", "other");
  prepare(NULL, 3);
  image.header.e_ident[EI_CLASS] = ELFCLASS32;
  image.header.e_machine = 3;
  store("narrow", kSize, 0755);
  with("32 bits", "narrow");
  memcpy(&image, "#!/bin/true\n", 12);
  store("script", kSize, 0755);
  with("script", "script");
  prepare(NULL, 3);
  image.header.e_phnum = 0;
  store("headless", kSize, 0755);
  with("no program headers", "headless");
  prepare(NULL, 3);
  image.header.e_phentsize = 32;
  store("odd", kSize, 0755);
  with("odd program headers", "odd");
  prepare(NULL, 3);
  image.header.e_phoff = 1 << 20;
  store("far", kSize, 0755);
  with("program headers outside", "far");
  prepare("nowhere", 5);
  store("dynamic", kSize, 0755);
  with("an interpreter of its own", "dynamic");
}

static void paths(void) {
  prepare("good", 1);
  image.interpreter.p_filesz = 0;
  store("program", kSize, 0755);
  execute("path of no bytes", "program");
  image.interpreter.p_filesz = 1;
  store("program", kSize, 0755);
  execute("path of one byte", "program");
  image.interpreter.p_filesz = 4;
  store("program", kSize, 0755);
  execute("path without an end", "program");
  image.interpreter.p_filesz = 4097;
  store("program", kSize, 0755);
  execute("path too long", "program");
  image.interpreter.p_filesz = UINT64_MAX;
  store("program", kSize, 0755);
  execute("path without bounds", "program");
  image.interpreter.p_filesz = 5;
  image.interpreter.p_offset = kSize - 2;
  store("program", kSize, 0755);
  execute("path across the end", "program");
  image.interpreter.p_offset = 1 << 30;
  store("program", kSize, 0755);
  execute("path outside", "program");
  image.interpreter.p_offset = UINT64_MAX - 2;
  store("program", kSize, 0755);
  execute("path before the file", "program");
  prepare("good", 1);
  image.interpreter.p_filesz = 100;
  store("program", kSize, 0755);
  execute("zeros behind the path", "program");
}

int main(void) {
  interpreters();
  paths();
  return 0;
}
