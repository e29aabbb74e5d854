#include "process/posix_timer.h"

#include <algorithm>

#include "process/kernel.h"
#include "process/kernel_copy.h"

// timer_create(2) and kin: kernel/time/posix-timers.c, posix-cpu-timers.c.

namespace kemu {

namespace {

constexpr Nanoseconds kNever = INT64_MAX;

/// Saturates at the end of time; neither is negative.
Nanoseconds later(Nanoseconds time, Nanoseconds delay) {
  return delay > kNever - time ? kNever : time + delay;
}

}  // namespace

std::optional<Nanoseconds> TimerClock::cpu_time(Kernel& kernel) const {
  if (kind == Kind::ThreadCpu) {
    const Task* task = kernel.find_task(id);
    return task ? std::optional(task->cpu_time()) : std::nullopt;
  }
  const Process* process = kernel.find_process(id);
  return process ? std::optional(process->cpu_time()) : std::nullopt;
}

PosixTimer::PosixTimer(Process& process, i32 id, TimerClock clock,
                       const TimerNotification& notification)
    : process_(process),
      kernel_(process.kernel()),
      id_(id),
      clock_(clock),
      notification_(notification),
      place_(process.take_queue_place()),
      timer_(process.kernel().timers(), [this] { expire(); }) {}

PosixTimer::~PosixTimer() { disarm(); }

std::optional<Nanoseconds> PosixTimer::now() const {
  if (clock_.kind == TimerClock::Kind::Machine) return kernel_.monotonic();
  return clock_.cpu_time(kernel_);
}

void PosixTimer::arm() {
  if (notification_.signo == 0) return;  // its time is computed when somebody asks
  if (clock_.kind == TimerClock::Kind::Machine)
    timer_.arm(expires_);
  else
    kernel_.cpu_timers().push_back(this);
}

void PosixTimer::disarm() {
  timer_.cancel();
  std::erase(kernel_.cpu_timers(), this);
}

std::shared_ptr<PosixTimer> PosixTimer::copy_for(Process& process) const {
  auto made = std::make_shared<PosixTimer>(process, id_, clock_, notification_);
  made->interval_ = interval_;
  made->expires_ = expires_;
  made->queued_ = queued_;
  made->overrun_ = overrun_;
  made->timer_.arm_like(timer_);
  return made;
}

void PosixTimers::copy_from(const PosixTimers& original, KernelCopy& copy) {
  next_id_ = original.next_id_;
  for (const auto& [id, timer] : original.timers_) {
    auto made = timer->copy_for(process_);
    copy.remember<SignalSource>(timer.get(), made);
    timers_.emplace(id, std::move(made));
  }
}

void PosixTimer::forget_signal() {
  if (!queued_) return;
  queued_ = false;
  process_.pending.discard(*this);
  for (const auto& task : process_.tasks) task->pending.discard(*this);
}

void PosixTimer::set(const Setting& setting, Time time) {
  disarm();
  forget_signal();
  interval_ = 0;
  expires_ = -1;
  overrun_ = 0;
  const auto present = now();
  if (setting.value == 0 || !present) return;
  interval_ = setting.interval;
  if (time == Time::Relative) {
    expires_ = later(*present, setting.value);
  } else if (clock_.kind != TimerClock::Kind::Machine) {
    expires_ = setting.value;
  } else {
    // The distance may be negative: an interval timer keeps the phase it was given.
    const Nanoseconds distance = setting.value - kernel_.clock().now(clock_.machine);
    expires_ =
        distance > 0 ? later(*present, distance) : std::max<Nanoseconds>(*present + distance, 0);
  }
  // One that is due already does not wait for the slice to end.
  if (notification_.signo != 0 && expires_ <= *present)
    expire();
  else
    arm();
}

PosixTimer::Setting PosixTimer::get() {
  const auto present = now();
  if (expires_ < 0 || !present) return {};
  const bool silent = notification_.signo == 0;
  Nanoseconds left = expires_ - *present;
  const bool goes_on = interval_ > 0 && (queued_ || silent);
  if (left <= 0 && goes_on) left = interval_ - -left % interval_;
  if (left > 0) return {interval_, left};
  // Due and not served yet: a moment is left, or it would read as disarmed.
  return {interval_, silent ? 0 : 1};
}

void PosixTimer::expire_if_due() {
  const auto present = now();
  if (expires_ < 0 || !present || *present < expires_) return;
  disarm();
  expire();
}

void PosixTimer::expire() {
  if (interval_ == 0) expires_ = -1;
  queued_ = true;
  abi::SigInfo info;
  info.signo = notification_.signo;
  info.code = abi::kSiTimer;
  info.timer.id = id_;
  info.timer.overrun = 0;
  info.timer.value = notification_.value;
  // A place in the queue is kept for it: sending cannot fail.
  if (notification_.tid == 0)
    (void)kernel_.send_signal(process_, info, shared_from_this());
  else if (Task* task = kernel_.find_task(notification_.tid);
           task && &task->process() == &process_)  // or the number is another's by now
    (void)kernel_.send_signal(*task, info, shared_from_this());
}

i64 PosixTimer::go_on() {
  queued_ = false;
  const auto present = now();
  if (expires_ < 0 || interval_ == 0 || !present) return 0;
  const i64 missed = std::max<Nanoseconds>(*present - expires_, 0) / interval_;
  expires_ = later(expires_ + missed * interval_, interval_);
  arm();
  return missed;
}

void PosixTimer::taken(abi::SigInfo& info) {
  // DELAYTIMER_MAX is INT_MAX.
  overrun_ = static_cast<i32>(std::min<i64>(go_on(), INT32_MAX));
  info.timer.overrun = overrun_;
}

void PosixTimer::dropped() { go_on(); }

Result<Unit> PosixTimers::check_room() const {
  // A guest that is root lifts its own limit.
  constexpr u64 kMostTimers = u64{1} << 16;
  const u64 limit = std::min(process_.limits.soft(Resource::PendingSignals), kMostTimers);
  if (process_.queue_places_taken() >= limit) return Errno::EAGAIN;
  return Unit{};
}

void PosixTimers::create(TimerClock clock, const TimerNotification& notification) {
  timers_.emplace(next_id_, std::make_shared<PosixTimer>(process_, next_id_, clock, notification));
  do {
    next_id_ = next_id_ == INT32_MAX ? 0 : next_id_ + 1;
  } while (timers_.count(next_id_) > 0);
}

bool PosixTimers::remove(i32 id) {
  const auto found = timers_.find(id);
  if (found == timers_.end()) return false;
  found->second->set({}, PosixTimer::Time::Relative);
  timers_.erase(found);
  return true;
}

void PosixTimers::clear() {
  for (const auto& [id, timer] : timers_) timer->set({}, PosixTimer::Time::Relative);
  timers_.clear();
  next_id_ = 0;
}

PosixTimer* PosixTimers::find(i32 id) const {
  const auto found = timers_.find(id);
  return found == timers_.end() ? nullptr : found->second.get();
}

}  // namespace kemu
