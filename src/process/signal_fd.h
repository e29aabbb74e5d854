#pragma once

#include "fs/file_description.h"
#include "process/signals.h"

namespace kemu {

class Kernel;

/// signalfd(2): signals are read instead of handled. Linux's `struct signalfd_ctx`.
///
/// It has no signals of its own: who reads or polls it sees his own pending ones, so that a child
/// that inherits it reads the child's.
class SignalFd : public FileDescription {
 public:
  SignalFd(Kernel& kernel, SigSet wanted, u32 flags);
  SignalFd(Kernel& kernel, SigSet wanted, u32 flags, Location location);

  /// Those who wait are looked after at once: the caller's new mask may let something through.
  void set_wanted(SigSet wanted);

  /// Whole records, as many as fit; EINVAL when not one does.
  Result<u64> read(const HostSpans& to) override;
  /// noop_llseek: there is nowhere to go, and no error.
  Result<u64> seek(i64, Whence) override { return u64{0}; }
  bool pollable() const override { return true; }
  u32 poll() override;
  void wait_on(u32 events, Waiter& waiter) override;
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override;

 private:
  Kernel& kernel_;
  SigSet wanted_;
};

}  // namespace kemu
