#pragma once

#include <string>

#include "base/abi/signal.h"

namespace kemu {

/// "SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=5, si_uid=0, si_status=0}", as strace(1)
/// shows a delivered signal between its dashes.
std::string describe(const abi::SigInfo& info);

/// The part in braces.
std::string describe_fields(const abi::SigInfo& info);

/// "SIGINT"; the number itself for one Linux has no signal for.
std::string signal_text(i64 number);
/// "12 /* 0.12 s */": a clock_t, of which there are 100 a second; "0".
std::string ticks_text(i64 ticks);

}  // namespace kemu
