#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kemu/guest.h"
#include "process/kernel.h"

namespace kemu {

/// The process of a pid that has memory, or an Error::Kind::NoProcess.
Expected<Task*> find_guest(Kernel& kernel, int pid);

Expected<std::string> read_guest(Task& task, u64 address, u64 size);
/// Nothing is written unless everything can be. Pages that the guest may not write are written all
/// the same, as a debugger does (ptrace(2)); of a private file mapping the process gets its own
/// copy.
std::optional<Error> write_guest(Task& task, u64 address, std::string_view bytes);

/// Fails inside the engine, whose registers are then out of reach.
Expected<GuestRegisters> guest_registers(Task& task);
std::optional<Error> set_guest_registers(Task& task, const GuestRegisters& registers);

/// How much higher the program lies than its file says: 0 unless it is position independent.
Expected<u64> load_bias(Task& task);

}  // namespace kemu
