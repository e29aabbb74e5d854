#pragma once

namespace kemu::cli {

/// `kemu trace diff A B`: argv[0] is "trace". The status: 0 the same, 1 they differ, 125 bad input.
int trace_command(int argc, char** argv);

}  // namespace kemu::cli
