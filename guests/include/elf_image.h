// ELF files of one page for programs that execute hostile ones: `prepare` makes one that ends with
// a status, the program spoils it, `store` and `execute` show what execve(2) makes of it.
#pragma once

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

// Headers, the path of an interpreter at kPathAt, code at kCodeAt.
enum { kPathAt = 0x200, kCodeAt = 0x400, kSize = 0x1000 };

struct image {
  Elf64_Ehdr header;
  Elf64_Phdr interpreter;
  Elf64_Phdr load;
  unsigned char rest[kSize - sizeof(Elf64_Ehdr) - 2 * sizeof(Elf64_Phdr)];
};

static struct image image;

// A program that would end with `status`; `path` is its interpreter's, or null.
static inline void prepare(const char *path, int status) {
  memset(&image, 0, sizeof image);
  unsigned char *bytes = (unsigned char *)&image;
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
    strcpy((char *)bytes + kPathAt, path);
  }
  image.load.p_type = PT_LOAD;
  image.load.p_flags = PF_R | PF_X;
  image.load.p_filesz = image.load.p_memsz = kSize;
  image.load.p_align = 0x10000;
  memcpy(bytes + kCodeAt, kExit, sizeof kExit);
  bytes[kCodeAt + kStatusAt] = (unsigned char)(status << kStatusShift);
}

static inline void store(const char *name, size_t size, mode_t mode) {
  const int fd = must(open(name, O_WRONLY | O_CREAT | O_TRUNC, 0700));
  must(write(fd, &image, size));
  must(fchmod(fd, mode));
  close(fd);
}

static inline void execute(const char *what, const char *name) {
  fflush(stdout);
  const pid_t child = must(fork());
  if (child == 0) {
    char *argv[] = {(char *)name, NULL};
    execve(name, argv, NULL);
    printf("%s: %s\n", what, errno_name(errno));
    fflush(stdout);
    _exit(0);
  }
  int status;
  must(waitpid(child, &status, 0));
  if (status != 0) printf("%s: runs, status %#x\n", what, status & 0xff7f);
}
