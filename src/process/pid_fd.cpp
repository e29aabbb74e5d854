#include "process/pid_fd.h"

#include <fmt/format.h>

#include "fs/anonymous_place.h"
#include "fs/machine_copy.h"

namespace kemu {

std::shared_ptr<PidHandle> PidHandle::copy_to(MachineCopy& copy) const {
  auto made = std::make_shared<PidHandle>();
  made->pid = pid;
  made->ended = ended;
  made->reaped = reaped;
  copy.queue(changed, made->changed);
  return made;
}

PidFd::PidFd(std::shared_ptr<PidHandle> process, u32 flags, u64 inode_number)
    : FileDescription(make_anonymous_place("anon_inode:[pidfd]", inode_number),
                      flags | abi::kOpenReadWrite),
      process_(std::move(process)) {}

std::shared_ptr<FileDescription> PidFd::copy_to(MachineCopy& copy) const {
  return copy_common(copy, std::make_shared<PidFd>(copy.of(process_), flags_, copy.of(location_)));
}

std::string PidFd::details() const {
  const i32 pid = process_->reaped ? -1 : process_->pid;
  return fmt::format("Pid:\t{}\nNSpid:\t{}\n", pid, pid);
}

}  // namespace kemu
