#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kemu {

/// An event of a trace that was written down: what is left of it in every form.
struct TraceLine {
  int pid = 0;
  std::size_t number = 0;  // of the line in its file, from 1
  std::string text;        // as strace has it, without pid and times
};

/// Reads a trace of strace's lines (with pids and times or without) or of JSON objects (docs/
/// tracing.md), told apart by how each line begins. Forks and execs, which strace does not show but
/// as calls, are left out. Fails with "LINE: what is wrong".
Result<std::vector<TraceLine>, std::string> read_trace(std::string_view contents);

}  // namespace kemu
