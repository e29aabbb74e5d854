#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "process/tracer.h"

namespace kemu {

/// Which system calls `--strace=FILTER` shows, as strace's -e trace= has it: names and classes
/// (file, desc, process, memory, signal, all; "%file" too) separated by commas; a "!" in front of
/// the whole shows all others. Empty: all. Fails with a sentence naming the word nobody knows.
Result<Tracer::Filter, std::string> parse_trace_filter(std::string_view text);

}  // namespace kemu
