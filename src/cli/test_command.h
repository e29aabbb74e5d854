#pragma once

namespace kemu::cli {

/// `kemu test [OPTION...] [FILE|DIRECTORY...]`: runs tests in cram's format. The exit status.
int test_command(int argc, char** argv);

}  // namespace kemu::cli
