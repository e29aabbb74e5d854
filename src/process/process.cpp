#include "process/process.h"

#include <algorithm>

#include "process/kernel.h"

namespace kemu {

Process::Process(Kernel& kernel, i32 pid)
    : group(kernel.pids(), 0),
      session(kernel.pids(), 0),
      real_timer(kernel.timers(), [this] { real_timer_expired(); }),
      kernel_(kernel),
      pid_(kernel.pids(), pid) {
  start_time = kernel.monotonic();
}

Process::~Process() = default;

void Process::real_timer_expired() {
  IntervalTimer& timer = interval_timers[0];
  if (timer.interval > 0) {
    // Periods that passed while nobody looked coalesce into one signal.
    const Nanoseconds late = kernel_.monotonic() - timer.expires;
    timer.expires += timer.interval * (1 + std::max<Nanoseconds>(late, 0) / timer.interval);
    real_timer.arm(timer.expires);
  } else {
    timer.expires = -1;
  }
  abi::SigInfo info;
  info.signo = abi::kSigAlrm;
  info.code = abi::kSiKernel;
  // Standard signals always find room.
  (void)kernel_.send_signal(*this, info);
}

Task* Process::living() {
  const auto found =
      std::find_if(tasks.begin(), tasks.end(), [](const auto& task) { return task->is_alive(); });
  return found == tasks.end() ? nullptr : found->get();
}

// complete_signal() prefers the leader, too; among the others Linux takes turns.
SigSet Process::pending_for(const Task& task) const {
  const SigSet for_all = pending.set() & SigSet().with(Signal(abi::kSigKill));
  SigSet left = pending.set();
  for (const auto& other : tasks) {
    if (left.empty() || other.get() == &task) break;
    if (other->is_alive()) left = left & other->blocked & ~other->awaited;
  }
  return left | for_all;
}

Nanoseconds Process::cpu_time() const {
  Nanoseconds total = usage.user_time + usage.system_time;
  for (const auto& task : tasks) total += task->cpu_time();
  return total;
}

Nanoseconds Process::user_time() const {
  Nanoseconds total = usage.user_time;
  for (const auto& task : tasks) total += task->cpu_times().user;
  return total;
}

u64 Process::queue_places_taken() const {
  const QueuePlaces& places = *kernel_.queue_places();
  const auto found = places.find(credentials().uid);
  return found == places.end() ? 0 : found->second;
}

QueuePlace Process::take_queue_place() {
  return QueuePlace(kernel_.queue_places(), credentials().uid);
}

ResourceUsage Process::total_usage() const {
  ResourceUsage total = usage;
  const AddressSpace* space = nullptr;
  for (const auto& task : tasks) {
    if (!task->is_alive()) continue;
    total += task->usage();
    space = task->space.get();
  }
  if (space) total += memory_usage(*space);
  return total;
}

ResourceUsage Process::memory_usage(const AddressSpace& space) const {
  ResourceUsage used;
  used.minor_faults = space.faults() - faults_before;
  used.max_resident_kib = space.most_resident_pages() * (kPageSize / 1024);
  return used;
}

}  // namespace kemu
