// Programs whose interpreter is missing, no file, not executable, no ELF file, for another machine,
// cut off, or itself a program that wants an interpreter, and programs whose PT_INTERP is nonsense:
// execve(2)'s answer to each (ENOENT, EACCES, ELIBBAD, ENOEXEC, EIO, ELOOP), and what runs.
// covers: execve
#include <elf.h>
#include <stddef.h>

#include "guest.h"

#ifdef __aarch64__
enum { kMachine = EM_AARCH64, kOther = EM_X86_64 };
// mov x8, #93; mov x0, #7; svc #0
static const unsigned char kExit[] = {0xa8, 0x0b, 0x80, 0xd2, 0xe0, 0x00,
                                      0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4};
enum { kStatusAt = 4, kStatusShift = 5 };
#else
enum { kMachine = EM_X86_64, kOther = EM_AARCH64 };
// mov $60, %eax; mov $7, %edi; syscall
static const unsigned char kExit[] = {0xb8, 60, 0, 0, 0, 0xbf, 7, 0, 0, 0, 0x0f, 0x05};
enum { kStatusAt = 6, kStatusShift = 0 };
#endif

// An ELF file of one page: headers, the path of an interpreter at kPathAt, code at kCodeAt.
enum { kPathAt = 0x200, kCodeAt = 0x400, kSize = 0x1000 };

struct image {
  Elf64_Ehdr header;
  Elf64_Phdr interpreter;
  Elf64_Phdr load;
  unsigned char rest[kSize - sizeof(Elf64_Ehdr) - 2 * sizeof(Elf64_Phdr)];
};

static struct image image;

// A program that would end with `status`; `path` is its interpreter's, or null.
static void prepare(const char* path, int status) {
  memset(&image, 0, sizeof image);
  unsigned char* bytes = (unsigned char*)&image;
  memcpy(image.header.e_ident, ELFMAG, SELFMAG);
  image.header.e_ident[EI_CLASS] = ELFCLASS64;
  image.header.e_ident[EI_DATA] = ELFDATA2LSB;
  image.header.e_ident[EI_VERSION] = EV_CURRENT;
  image.header.e_type = ET_DYN;
  image.header.e_machine = kMachine;
  image.header.e_version = EV_CURRENT;
  image.header.e_entry = kCodeAt;
  image.header.e_phoff = offsetof(struct image, interpreter);
  image.header.e_ehsize = sizeof(Elf64_Ehdr);
  image.header.e_phentsize = sizeof(Elf64_Phdr);
  image.header.e_phnum = 2;
  if (path) {
    image.interpreter.p_type = PT_INTERP;
    image.interpreter.p_offset = kPathAt;
    image.interpreter.p_filesz = strlen(path) + 1;
    strcpy((char*)bytes + kPathAt, path);
  }
  image.load.p_type = PT_LOAD;
  image.load.p_flags = PF_R | PF_X;
  image.load.p_filesz = image.load.p_memsz = kSize;
  image.load.p_align = 0x10000;
  memcpy(bytes + kCodeAt, kExit, sizeof kExit);
  bytes[kCodeAt + kStatusAt] = (unsigned char)(status << kStatusShift);
}

static void store(const char* name, size_t size, mode_t mode) {
  const int fd = must(open(name, O_WRONLY | O_CREAT | O_TRUNC, 0700));
  must(write(fd, &image, size));
  must(fchmod(fd, mode));
  close(fd);
}

static void execute(const char* what, const char* name) {
  fflush(stdout);
  const pid_t child = must(fork());
  if (child == 0) {
    char* argv[] = {(char*)name, NULL};
    execve(name, argv, NULL);
    printf("%s: %s\n", what, errno_name(errno));
    fflush(stdout);
    _exit(0);
  }
  int status;
  must(waitpid(child, &status, 0));
  if (status != 0) printf("%s: runs, status %#x\n", what, status & 0xff7f);
}

// A program with that interpreter, which stands there already.
static void with(const char* what, const char* path) {
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
