#pragma once

#include <string>
#include <vector>

#include "testing/trace_file.h"

namespace kemu {

struct TraceDiffOptions {
  std::string left_name, right_name;
  std::size_t context = 3;  // events shown around a difference
  bool exact = false;       // addresses and the like count, which differ from run to run
};

/// How two traces differ: the first difference by its places, then a unified diff of each process
/// that did other things. "" where every process did the same; how the processes took turns is no
/// difference. A process is compared with that of its pid, those left with each other in the order
/// in which they come.
std::string trace_diff(const std::vector<TraceLine>& left, const std::vector<TraceLine>& right,
                       const TraceDiffOptions& options);

}  // namespace kemu
