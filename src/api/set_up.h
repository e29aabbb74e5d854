#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "api/furnish.h"
#include "api/host.h"
#include "kemu/machine.h"
#include "process/kernel.h"

namespace kemu {

using StandardFiles = std::array<std::shared_ptr<FileDescription>, 3>;

/// The machine's own log, as the options want it.
Expected<std::unique_ptr<Log>> make_log(const MachineOptions& options);
/// The host's randomness, or that of the seed of a deterministic machine.
std::unique_ptr<MachineEntropy> make_entropy(const MachineOptions& options);
/// What chance= in MachineOptions::inject comes from: the seeds, or in a machine that has none the
/// host's randomness.
u64 fault_seed(const MachineOptions& options);
KernelBudgets budgets(const Budgets& options);
/// What the options say of the network, if the host can do it.
Expected<NetworkAccess> network_access(const MachineOptions& options);
/// Root, /proc, /dev with its `terminal` (or null), binds, overlays and virtual files.
std::optional<Error> mount_everything(Kernel& kernel, const MachineOptions& options,
                                      const CallbackGuard& guard);
/// Which of descriptors 0, 1, 2 the host process has. The others are pointed at /dev/null, so that
/// no file of kemu's own gets such a number and with it into a guest's hands.
std::array<bool, 3> reserve_standard_descriptors();
/// /dev/null of the machine's own.
std::shared_ptr<FileDescription> open_null(Kernel& kernel);
/// A file of these bytes without a name, at its start.
std::shared_ptr<FileDescription> file_of_bytes(Kernel& kernel, std::string_view bytes);
/// The guests' terminal: the first of `files` that is one, else the one kemu itself is controlled
/// by, as /dev/tty would reach it from a native program with redirected streams; or null.
std::shared_ptr<FileDescription> find_terminal(Kernel& kernel, const StandardFiles& files);
/// Where the program `name` is: itself when it has a slash or is a file in `cwd`, else the first
/// hit in the PATH of `environment`; empty when nowhere.
std::string search_program(Kernel& kernel, const Location& cwd, const std::string& name,
                           const std::vector<std::string>& environment);

}  // namespace kemu
