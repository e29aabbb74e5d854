#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "loader/loader.h"
#include "vm/guest_addr.h"

namespace kemu {

using AuxiliaryVector = std::vector<std::pair<u64, u64>>;

/// The words a program is started with.
struct InitialStrings {
  std::vector<std::string> argv;  // never empty
  std::vector<std::string> envp;
  std::string path;  // AT_EXECFN: what execve(2) was given, for a script too
};

/// Where the program was mapped.
struct ImagePlace {
  GuestAddr entry;            // AT_ENTRY: the program's own, not its interpreter's
  GuestAddr program_headers;  // null when they are not mapped
  u64 program_header_count = 0;
  GuestAddr interpreter_base;  // null without one
};

/// The bytes of a new program's stack from `stack_pointer` up to the top it was built for.
struct InitialStack {
  std::vector<std::byte> bytes;
  GuestAddr stack_pointer;  // 16-byte aligned; argc is there
  GuestRange arguments;
  GuestRange environment;
  AuxiliaryVector auxv;  // AT_NULL included
};

/// execve(2)'s limits: E2BIG for a string longer than 128 KiB, or for strings and pointers beyond a
/// quarter of the stack's limit (but 128 KiB always fit, and more than 6 MiB never do).
Result<Unit> check_argument_size(const InitialStrings& strings, u64 stack_limit);

/// At least as many bytes as `build_initial_stack` will make of these.
u64 initial_stack_bound(const InitialStrings& strings);

/// Lays out what create_elf_tables of Linux's fs/binfmt_elf.c does, downwards from `top` (16-byte
/// aligned): execfn, environment and argument strings, platform, random bytes; then the auxiliary
/// vector, the pointers to the strings, argc.
InitialStack build_initial_stack(GuestAddr top, const InitialStrings& strings,
                                 const ProgramFacts& facts, const ImagePlace& place);

}  // namespace kemu
