#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "kemu/machine.h"
#include "process/kernel.h"

namespace kemu {

using StandardFiles = std::array<std::shared_ptr<FileDescription>, 3>;

/// The machine's own log, as the options want it.
Expected<std::unique_ptr<Log>> make_log(const MachineOptions& options);
/// What the options say of the network, if the host can do it.
Expected<NetworkAccess> network_access(const MachineOptions& options);
/// Root, /proc, /dev with its `terminal` (or null), and binds.
std::optional<Error> mount_everything(Kernel& kernel, const MachineOptions& options,
                                      std::shared_ptr<FileDescription> terminal);
/// Which of descriptors 0, 1, 2 the host process has. The others are pointed at /dev/null, so that
/// no file of kemu's own gets such a number and with it into a guest's hands.
std::array<bool, 3> reserve_standard_descriptors();
/// Those of descriptors 0, 1 and 2 that are `open`, as guests' files.
StandardFiles adopt_standard_files(Kernel& kernel, const std::array<bool, 3>& open);
/// The guests' terminal: the first of `files` that is one, else the one kemu itself is controlled
/// by, as /dev/tty would reach it from a native program with redirected streams; or null.
std::shared_ptr<FileDescription> find_terminal(Kernel& kernel, const StandardFiles& files);
/// Where `program` is: itself when its name has a slash or is a file in `cwd`, else the first hit
/// in the PATH of its environment; empty when nowhere.
std::string search_program(Kernel& kernel, const Location& cwd, const Program& program);

}  // namespace kemu
