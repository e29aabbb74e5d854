#pragma once

#include "cli/options.h"

namespace kemu::cli {

/// `kemu --inject-sweep`: a line for each finding and one for their number on standard output. The
/// exit status: 0 when there is none, 1 when there are some, 125 when there was nothing to sweep.
int sweep_command(const Options& options);

}  // namespace kemu::cli
