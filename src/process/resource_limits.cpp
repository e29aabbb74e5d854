#include "process/resource_limits.h"

namespace kemu {

ResourceLimits::ResourceLimits() {
  set(Resource::Stack, {u64{8} << 20, kUnlimited});
  set(Resource::Core, {0, kUnlimited});
  set(Resource::OpenFiles, {1024, 1048576});
  set(Resource::Processes, {31000, 31000});
  set(Resource::LockedMemory, {u64{8} << 20, u64{8} << 20});
  set(Resource::PendingSignals, {31000, 31000});
  set(Resource::MessageQueues, {819200, 819200});
  set(Resource::Nice, {0, 0});
  set(Resource::RealTimePriority, {0, 0});
}

}  // namespace kemu
