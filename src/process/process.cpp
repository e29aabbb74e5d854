#include "process/process.h"

#include <algorithm>

#include "process/kernel.h"

namespace kemu {

ResourceUsage& ResourceUsage::operator+=(const ResourceUsage& other) {
  user_time += other.user_time;
  system_time += other.system_time;
  max_resident_kib = std::max(max_resident_kib, other.max_resident_kib);
  minor_faults += other.minor_faults;
  voluntary_switches += other.voluntary_switches;
  involuntary_switches += other.involuntary_switches;
  return *this;
}

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
  const auto found = places.find(credentials.uid);
  return found == places.end() ? 0 : found->second;
}

QueuePlace Process::take_queue_place() {
  return QueuePlace(kernel_.queue_places(), credentials.uid);
}

ResourceUsage Process::total_usage() const {
  ResourceUsage total = usage;
  for (const auto& task : tasks) {
    const CpuTimes times = task->cpu_times();
    total.user_time += times.user;
    total.system_time += times.system;
    total.voluntary_switches += task->voluntary_switches;
    total.involuntary_switches += task->involuntary_switches;
    if (!task->space) continue;
    total.minor_faults += task->space->faults() - task->faults_before;
    total.max_resident_kib =
        std::max(total.max_resident_kib, task->space->most_resident_pages() * (kPageSize / 1024));
  }
  return total;
}

}  // namespace kemu
