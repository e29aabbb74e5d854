#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "fs/file_description.h"
#include "fs/path_walk.h"
#include "loader/elf_image.h"
#include "vm/address_space.h"
#include "vm/engine.h"

namespace kemu {

/// What execve(2) is asked to run.
struct ProgramRequest {
  std::string path;  // as given; becomes AT_EXECFN
  /// Opened for execution: a regular file, x permission checked.
  std::shared_ptr<FileDescription> file;
  std::vector<std::string> argv;
  std::vector<std::string> envp;
};

/// What the initial stack tells the program about its process and machine.
struct ProgramFacts {
  u32 uid = 0, euid = 0, gid = 0, egid = 0;
  bool secure = false;
  std::array<std::byte, 16> random{};
  HardwareCapabilities capabilities;
  GuestAddr trampoline;  // where to map the rt_sigreturn trampoline; null: near the top
};

/// A program mapped and ready to start.
struct LoadedProgram {
  GuestAddr entry;  // of the interpreter when there is one
  GuestAddr stack_pointer;
  GuestRange arguments;    // argv strings on the stack, for /proc/PID/cmdline
  GuestRange environment;  // envp strings, for /proc/PID/environ
  std::vector<std::pair<u64, u64>> auxv;
  Location executable;  // the ELF that was mapped, for /proc/PID/exe (scripts: the interpreter)
  std::shared_ptr<void> running;  // keeps writers away from it (ETXTBSY)
  std::string name;               // comm: last component of the path executed, at most 15 bytes
  GuestAddr trampoline;
};

/// The frame of the rt_sigreturn trampoline, shared by every process of a machine.
std::shared_ptr<MappedObject> make_trampoline(FramePool& pool);

/// Opens programs and interpreters for execve: regular file (EACCES otherwise), x permission.
Result<std::shared_ptr<FileDescription>, LoadError> open_program(PathWalker& walker,
                                                                 const Location& base,
                                                                 std::string_view path,
                                                                 FinalLink final_link);

/// Maps `request` into the empty `space`: follows `#!` lines (at most 5 deep, ELOOP), maps the ELF
/// segments and interpreter from the page cache, sets brk, builds the initial stack. Nothing of the
/// caller is changed on failure. Errors carry Linux's errno for execve(2) (ENOEXEC, ENOENT for a
/// missing interpreter, E2BIG, ENOMEM, EACCES, ELIBBAD, EINVAL) and the reason in words.
Result<LoadedProgram, LoadError> load_program(AddressSpace& space, PathWalker& walker,
                                              const Location& cwd, ProgramRequest request,
                                              const ProgramFacts& facts, ElfCache& cache,
                                              const std::shared_ptr<MappedObject>& trampoline);

}  // namespace kemu
