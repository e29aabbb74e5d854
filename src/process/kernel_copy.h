#pragma once

#include <unordered_map>

#include "fs/machine_copy.h"
#include "process/kernel.h"

namespace kemu {

/// One copying of a kernel with all its processes.
class KernelCopy final : public MachineCopy {
 public:
  KernelCopy(Kernel& from, Kernel& to, const KernelCopyOptions& options)
      : from_(from), to_(to), options_(options) {}

  /// Everything; what was refused is for the caller to ask.
  void run();

  /// The new one.
  Kernel& kernel() { return to_; }
  FsMachine& files() override { return to_.own_files(); }
  HostFsContext& host_files() override { return to_.host_files(); }
  Entropy& entropy() override { return to_.entropy(); }
  TerminalSignals terminal_signals() override { return to_.terminal_signals(); }
  const CallbackGuard& callbacks() override { return options_.callbacks; }
  std::shared_ptr<const std::function<void(std::string_view)>> redirected(int stream) override {
    return stream == 1 ? options_.output : options_.error;
  }

  /// The copy of a process that is alive; null for null.
  Process* process(const Process* original) {
    return original ? to_.find_process(original->pid()) : nullptr;
  }
  FutexKey futex_key(const FutexKey& original) const;

  template <typename T>
  std::shared_ptr<T> of(const std::shared_ptr<T>& original) {
    return copy_of(original, *this);
  }
  using MachineCopy::of;

 private:
  void copy_processes();
  void copy_memory();
  void copy_task(Task& original, Task& made);
  ZombieProcess again(const ZombieProcess& zombie);
  void copy_zombies(Process& original, Process& made);
  void copy_tables();
  void copy_run_queue();

  Kernel& from_;
  Kernel& to_;
  const KernelCopyOptions& options_;
  std::unordered_map<u64, u64> spaces_;  // ids of address spaces
};

/// For the process layer's part in a copying, which is always one of a kernel.
inline KernelCopy& of_kernel(MachineCopy& copy) { return static_cast<KernelCopy&>(copy); }

}  // namespace kemu
