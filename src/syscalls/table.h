#pragma once

#include <span>
#include <string>
#include <string_view>

#include "process/kernel.h"
#include "syscalls/args.h"

namespace kemu {

/// How much of a system call kemu implements.
enum class Support : u8 {
  Full,     // as the man page says
  Partial,  // the cases programs use; the docs name what is missing
  Refused,  // answers with Linux's errno for a kernel configured without it
};
std::string_view support_name(Support support);

class TracePrinter;

/// One row of syscalls.def, made callable.
struct SyscallEntry {
  unsigned number = 0;
  std::string_view name;
  Support support = Support::Full;
  unsigned argument_count = 0;
  SyscallOutcome (*invoke)(Task& task) = nullptr;
  /// Prints "name(arg, …" of the arguments known before the call / of all that follow it.
  void (*print_entry)(TracePrinter& out) = nullptr;
  void (*print_exit)(TracePrinter& out) = nullptr;
};

inline constexpr unsigned kSyscallTableSize = 512;

/// The row of a number, or null.
const SyscallEntry* find_syscall(u64 number);
/// The row of a name, or null.
const SyscallEntry* find_syscall(std::string_view name);
/// All rows in the order of syscalls.def.
std::span<const SyscallEntry> all_syscalls();
/// Linux's name for a number kemu has no row for ("io_uring_setup"), or "".
std::string_view unimplemented_name(u64 number);

/// KernelOptions::in_place_arguments.
std::optional<u32> in_place_arguments(u64 number);
/// Serves `task.syscall`: KernelOptions::serve.
SyscallOutcome serve_system_call(Task& task);

}  // namespace kemu
