#include <algorithm>

#include "process/kernel.h"

// Sending: which signals are dropped, which wake whom. kernel/signal.c's prepare_signal and
// complete_signal are the twins.

namespace kemu {

namespace {

constexpr SigSet kStopSignals = SigSet()
                                    .with(Signal(abi::kSigStop))
                                    .with(Signal(abi::kSigTstp))
                                    .with(Signal(abi::kSigTtin))
                                    .with(Signal(abi::kSigTtou));

void wake_for(Kernel& kernel, Task& task, Signal signal) {
  if (task.state != TaskState::Blocked) return;
  if (task.wants(signal)) kernel.make_runnable(task);
}

/// See Process::pending_for.
void wake_taker(Kernel& kernel, Process& process, Signal signal) {
  for (const auto& task : process.tasks) {
    if (!task->is_alive() || !task->wants(signal)) continue;
    wake_for(kernel, *task, signal);
    return;
  }
}

/// Ignored: the sender need not know, but a timer has to go on.
Unit drop(const std::shared_ptr<SignalSource>& source) {
  if (source) source->dropped();
  return Unit{};
}

Result<Unit> enqueue(PendingSignals& pending, Process& process, const abi::SigInfo& info,
                     std::shared_ptr<SignalSource> source) {
  if (source) {
    pending.add(info, std::move(source));
    return Unit{};
  }
  // A guest that is root lifts its own limit.
  constexpr u64 kMostQueued = u64{1} << 16;
  const u64 limit = std::min(process.limits.soft(Resource::PendingSignals), kMostQueued);
  const bool full = process.queue_places_taken() >= limit;
  return pending.add(info, full ? PendingSignals::Room::None : PendingSignals::Room::Some,
                     process.take_queue_place());
}

}  // namespace

// Stop signals and SIGCONT cancel each other when sent, whatever becomes of them later.
void Kernel::prepare_signal(Process& process, Signal signal) {
  const bool stops = kStopSignals.has(signal);
  const bool continues = signal.number() == abi::kSigCont;
  if (!stops && !continues) return;
  const SigSet cancelled = stops ? SigSet().with(Signal(abi::kSigCont)) : kStopSignals;
  process.pending.discard(cancelled);
  for (auto& task : process.tasks) task->pending.discard(cancelled);
  if (continues) continue_process(process);
}

Result<Unit> Kernel::send_signal(Process& process, const abi::SigInfo& info,
                                 std::shared_ptr<SignalSource> source) {
  const Signal signal(info.signo);
  ++statistics_.signals;
  prepare_signal(process, signal);
  Task& leader = process.leader();
  const bool wanted = leader.blocked.has(signal) || leader.awaited.has(signal);
  if (!wanted && leader.actions->ignores(signal)) return drop(source);
  TRY(enqueue(process.pending, process, info, std::move(source)));
  if (signal.number() == abi::kSigKill) resume_for_kill(process);
  wake_taker(*this, process, signal);
  process.signalled.wake_all();
  return Unit{};
}

void Kernel::retarget_signals(Process& process) {
  SigSet left = process.pending.set();
  while (const auto signal = left.first()) {
    wake_taker(*this, process, *signal);
    left = left.without(*signal);
  }
}

Result<Unit> Kernel::send_signal(Task& task, const abi::SigInfo& info,
                                 std::shared_ptr<SignalSource> source) {
  const Signal signal(info.signo);
  ++statistics_.signals;
  prepare_signal(task.process(), signal);
  const bool wanted = task.blocked.has(signal) || task.awaited.has(signal);
  if (!wanted && task.actions->ignores(signal)) return drop(source);
  TRY(enqueue(task.pending, task.process(), info, std::move(source)));
  if (signal.number() == abi::kSigKill) resume_for_kill(task.process());
  wake_for(*this, task, signal);
  task.process().signalled.wake_all();
  return Unit{};
}

/// SIGKILL ends a stopped process without a SIGCONT, and reports no continuation.
void Kernel::resume_for_kill(Process& process) {
  if (!process.stopped) return;
  process.stopped = false;
  process.unreported.reset();
  for (auto& task : process.tasks) make_runnable(*task);
}

// force_sig_info: a fault cannot be blocked or ignored, or the instruction would repeat for ever.
void Kernel::force_signal(Task& task, abi::SigInfo info) {
  const Signal signal(info.signo);
  const abi::SigAction action = task.actions->get(signal);
  if (task.blocked.has(signal) || action.handler == abi::kSigIgn) {
    task.actions->set(signal, abi::SigAction{});
    task.blocked = task.blocked.without(signal);
  }
  ++statistics_.signals;
  (void)task.pending.add(info, PendingSignals::Room::Some);
  wake_for(*this, task, signal);
}

void Kernel::stop_process(Process& process, Signal signal) {
  process.stopped = true;
  if (tracer_.enabled())
    tracer_.line(process.pid(), fmt::format("--- stopped by {} ---", signal_name(signal)));
  if (&process == first_) host_stop_requested_ = true;
  notify_parent(process, WaitStatus::stopped(signal.number()));
}

void Kernel::continue_process(Process& process) {
  if (!process.stopped) return;
  process.stopped = false;
  // Every blocked call looks again: one that was stopped over SIGTTIN has no queue that wakes it.
  for (auto& task : process.tasks) make_runnable(*task);
  notify_parent(process, WaitStatus::continued());
}

}  // namespace kemu
