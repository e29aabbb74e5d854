#include "process/kernel_files.h"

#include "process/kernel.h"

namespace kemu {

Nanoseconds KernelFiles::now() { return kernel_.clock().now(HostClock::Realtime); }

FileCredentials KernelFiles::actor() const {
  Task* task = kernel_.running();
  if (task == nullptr) return {};
  const Credentials& ids = task->credentials;
  return {ids.fsuid, ids.fsgid, ids.groups};
}

}  // namespace kemu
