#pragma once

#include "process/kernel.h"
#include "process/syscall_result.h"
#include "syscalls/args.h"

namespace kemu {

// The handlers' prototypes, one a row of syscalls.def. A handler: check flags → resolve descriptors
// → copy in → reserve → copy out → commit.
#define KEMU_UNPACK(...) __VA_OPT__(, ) __VA_ARGS__
#define SYSCALL(number, name, support, returns, arguments) \
  SyscallResult<returns> sys_##name(Task& task KEMU_UNPACK arguments);
#include "syscalls/syscalls.def"
#undef SYSCALL
#undef KEMU_UNPACK

}  // namespace kemu
