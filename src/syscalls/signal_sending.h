#pragma once

#include "process/kernel.h"

namespace kemu {

// What kill(2) shares with pidfd_send_signal(2); in signal.cpp.

/// A signal as kill(2) sends it: who sends it, with a SI_… code.
abi::SigInfo signal_from(Task& task, i32 signal, i32 code);
/// To a process or zombie by pid, 0 being a question only. EINVAL, EPERM, ESRCH.
Result<Unit> send_signal_to(Task& task, i32 pid, const abi::SigInfo& info);

}  // namespace kemu
