#include "process/pid_fd.h"

#include <fmt/format.h>

#include "fs/anonymous_place.h"

namespace kemu {

PidFd::PidFd(std::shared_ptr<PidHandle> process, u32 flags, u64 inode_number)
    : FileDescription(make_anonymous_place("anon_inode:[pidfd]", inode_number),
                      flags | abi::kOpenReadWrite),
      process_(std::move(process)) {}

std::string PidFd::details() const {
  const i32 pid = process_->reaped ? -1 : process_->pid;
  return fmt::format("Pid:\t{}\nNSpid:\t{}\n", pid, pid);
}

}  // namespace kemu
