#pragma once

#include <memory>

#include "fs/file_description.h"
#include "fs/wait_queue.h"

namespace kemu {

/// A process as its pidfds know it: they go on naming it, and nobody else, when its pid is somebody
/// else's. Linux's `struct pid`.
struct PidHandle {
  i32 pid = 0;
  bool ended = false;   // a zombie, or gone
  bool reaped = false;  // gone
  WaitQueue changed;

  void end() {
    ended = true;
    changed.wake_all();
  }

  std::shared_ptr<PidHandle> copy_to(MachineCopy& copy) const;
};

/// pidfd_open(2): a process as a descriptor, readable (for poll alone) once it has ended.
class PidFd : public FileDescription {
 public:
  /// `flags`: O_NONBLOCK.
  PidFd(std::shared_ptr<PidHandle> process, u32 flags, u64 inode_number);
  PidFd(std::shared_ptr<PidHandle> process, u32 flags, Location location)
      : FileDescription(std::move(location), flags), process_(std::move(process)) {}

  const std::shared_ptr<PidHandle>& process() const { return process_; }

  Result<u64> seek(i64, Whence) override { return Errno::ESPIPE; }
  std::string details() const override;
  bool pollable() const override { return true; }
  u32 poll() override { return process_->ended ? kPollIn | kPollReadNormal : 0; }
  void wait_on(u32, Waiter& waiter) override { waiter.wait_on(process_->changed); }
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override;

 private:
  std::shared_ptr<PidHandle> process_;
};

}  // namespace kemu
