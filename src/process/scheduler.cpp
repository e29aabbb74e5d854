#include <unistd.h>

#include <algorithm>

#include "process/kernel.h"
#include "process/signal_text.h"

// The run loop: picks a task, runs its Cpu for a time slice, handles the trap, delivers signals.

namespace kemu {

namespace {

/// A slice that a timer cuts short has at least this many: some microseconds.
constexpr u64 kLeastBlocks = 2'000;
/// Longer than a slice of mere code takes.
constexpr Nanoseconds kLongSlice = 2'000'000;
/// What a system call takes of a slice, about as long as so many blocks: a task that calls all the
/// time has no longer slices than one that computes.
constexpr u64 kBlocksPerCall = 100;
/// Host descriptors are looked at once in so many slices while guests are busy.
constexpr u32 kSlicesPerPoll = 16;

abi::SigInfo fault_info(const Trap& trap) {
  abi::SigInfo info;
  info.fault.address = trap.fault.address.value();
  switch (trap.fault.kind) {
    case Fault::Kind::NotMapped:
      info.signo = abi::kSigSegv;
      info.code = abi::kSegvMapErr;
      break;
    case Fault::Kind::NoPermission:
      info.signo = abi::kSigSegv;
      info.code = abi::kSegvAccErr;
      break;
    case Fault::Kind::BeyondObject:
      info.signo = abi::kSigBus;
      info.code = abi::kBusAdrErr;
      break;
    case Fault::Kind::Misaligned:
      info.signo = abi::kSigBus;
      info.code = abi::kBusAdrAln;
      break;
    case Fault::Kind::OutOfMemory:
      // Linux's OOM killer: nothing the guest could catch would find memory for a frame either.
      info.signo = abi::kSigKill;
      info.code = abi::kSiKernel;
      break;
  }
  return info;
}

abi::SigInfo trap_info(const Trap& trap) {
  if (trap.kind == Trap::Kind::Fault) return fault_info(trap);
  abi::SigInfo info;
  info.fault.address = trap.pc.value();
  const bool breakpoint = trap.kind == Trap::Kind::Breakpoint;
  info.signo = breakpoint ? abi::kSigTrap : abi::kSigIll;
  info.code = breakpoint ? abi::kTrapBrkpt : abi::kIllIllOpc;
  return info;
}

/// RLIMIT_CPU: SIGXCPU each second from the soft limit on, SIGKILL at the hard one
/// (check_process_timers() in kernel/time/posix-cpu-timers.c).
void enforce_cpu_limit(Kernel& kernel, Process& process) {
  const ResourceLimit limit = process.limits.get(Resource::Cpu);
  if (limit.soft == kUnlimited) return;
  const u64 seconds = static_cast<u64>(process.cpu_time() / kSecond);
  // A limit of 0 acts as one of a second.
  const auto reached = [&](u64 bound) { return seconds >= std::max<u64>(bound, 1); };
  if (!reached(limit.soft)) return;
  abi::SigInfo info;
  info.code = abi::kSiKernel;
  info.signo = reached(limit.hard) ? abi::kSigKill : abi::kSigXcpu;
  if (info.signo == abi::kSigXcpu) process.limits.set(Resource::Cpu, {seconds + 1, limit.hard});
  (void)kernel.send_signal(process, info);  // a standard signal always finds room
}

}  // namespace

void Kernel::make_runnable(Task& task) {
  if (task.state == TaskState::Dead) return;
  if (task.state == TaskState::Blocked) {
    task.leave_all();
    task.deadline_timer_.cancel();
    task.state = TaskState::Runnable;
  }
  if (task.queued || task.process().stopped || &task == running_) return;
  task.queued = true;
  run_queue_.push_back(&task);
}

RunVerdict Kernel::run(const std::function<bool()>& done, OnDeadlock on_deadlock) {
  take_hardware();
  u32 slices = 0;
  while (!processes_.empty()) {
    if (done()) return RunVerdict::Done;
    if (const auto spent = spent_budget()) return *spent;
    if (run_interrupted_.exchange(false)) return RunVerdict::Interrupted;
    std::optional<Paused> rest;
    if (Task* paused = take_paused(rest)) {
      run_slice(*paused, rest);
      reap_dead();
      continue;
    }
    if (interrupt_.load(std::memory_order_relaxed)) take_host_signals();
    if (!timers_.empty()) timers_.expire(monotonic());
    if (run_queue_.empty()) {
      if (on_deadlock == OnDeadlock::Return && is_deadlocked()) return RunVerdict::Deadlock;
      idle();
      continue;
    }
    const auto next = run_queue_.begin() + static_cast<i64>(schedule_.next_of(run_queue_.size()));
    Task& task = **next;
    run_queue_.erase(next);
    task.queued = false;
    if (task.state != TaskState::Runnable || task.process().stopped) continue;
    ++statistics_.task_switches;
    run_slice(task);
    reap_dead();
    if (++slices % kSlicesPerPoll == 0 && poller_.anybody_waiting()) poller_.wait(0);
  }
  return done() ? RunVerdict::Done : RunVerdict::AllEnded;
}

void Kernel::set_run_budget(const RunBudget& budget) {
  const auto end = [](u64 now, u64 left) {
    return left > KernelBudgets::kNone - now ? KernelBudgets::kNone : now + left;
  };
  run_ends_ = {end(engine().blocks_run(), budget.blocks),
               end(engine().instructions_run(), budget.instructions)};
}

u64 Kernel::instructions_left() const {
  const u64 end = run_ends_.instructions;
  return end == KernelBudgets::kNone ? RunLimits::kNone : end - engine().instructions_run();
}

u64 Kernel::next_slice() {
  u64 slice = schedule_.slice();
  if (run_ends_.blocks != KernelBudgets::kNone)
    slice = std::min(slice, run_ends_.blocks - engine().blocks_run());
  const u64 budget = options_.budgets.blocks;
  return budget == KernelBudgets::kNone ? slice : std::min(slice, budget - blocks_run());
}

std::optional<RunVerdict> Kernel::spent_budget() {
  const KernelBudgets& budgets = options_.budgets;
  if (budgets.blocks != KernelBudgets::kNone && blocks_run() >= budgets.blocks)
    return RunVerdict::OutOfBlocks;
  if (budgets.time != KernelBudgets::kNone && static_cast<u64>(monotonic() - made_) >= budgets.time)
    return RunVerdict::OutOfTime;
  if (engine().blocks_run() >= run_ends_.blocks) return RunVerdict::OutOfBlocks;
  if (engine().instructions_run() >= run_ends_.instructions) return RunVerdict::OutOfInstructions;
  if (poller_.traffic().spent()) return RunVerdict::OutOfOutput;
  return std::nullopt;
}

/// A task that waits on no queue waits for a signal (pause(2)): outside virtual time somebody on
/// the host may send one.
bool Kernel::is_deadlocked() const {
  if (timers_.next() || poller_.anybody_waiting()) return false;
  if (virtual_clock_) return true;
  for (const auto& [pid, process] : processes_)
    for (const auto& task : process->tasks)
      if (task->state == TaskState::Blocked && !task->waiting()) return false;
  return true;
}

Task* Kernel::take_paused(std::optional<Paused>& rest) {
  rest = std::exchange(paused_, std::nullopt);
  Task* task = rest ? find_task(rest->tid) : nullptr;
  if (!task) return nullptr;
  task->queued = false;
  return task;
}

void Kernel::run_slice(Task& task, std::optional<Paused> rest) {
  slice_started_ = monotonic();
  slice_system_ = 0;
  slice_timer_ = timers_.earliest();
  slice_blocks_ = rest ? rest->blocks_left : std::min(blocks_until_timer(), next_slice());
  slice_calls_ = rest ? rest->calls_left : std::max<u64>(slice_blocks_ / kBlocksPerCall, 1);
  timer_due_ = false;
  RunLimits limits{slice_blocks_, &interrupt_, this, instructions_left()};
  running_ = &task;
  task.yield = false;
  if (!task.rseq.area.is_null() && !task.syscall.active) abort_sequence(task);
  do {
    // A signal that came while others ran is delivered before the guest goes on.
    if (!task.syscall.active && task.deliverable().empty()) enter_guest(task, limits);
    if (task.syscall.active && task.state == TaskState::Runnable) serve_syscall(task);
    if (paused_) break;
    // The one place where signals are looked at: on the way back to the guest.
    if (!task.deliverable().empty() && task.state != TaskState::Dead) deliver_signals(task);
  } while (task.state == TaskState::Runnable && !task.process().stopped && limits.blocks > 0 &&
           slice_calls_ > 0 && limits.instructions > 0 && !task.yield && !timer_due_ &&
           !interrupt_.load(std::memory_order_relaxed));
  slice_blocks_ -= limits.blocks;
  charge(task);
  if (paused_) {
    paused_->blocks_left = limits.blocks;
    paused_->calls_left = slice_calls_;
    task.queued = true;  // nobody else is to put it there
    return;
  }
  if (task.state == TaskState::Blocked) ++task.voluntary_switches;
  if (task.state != TaskState::Runnable) return;
  if (task.yield || !run_queue_.empty()) ++task.involuntary_switches;
  make_runnable(task);
}

void Kernel::enter_guest(Task& task, RunLimits& limits) {
  const Trap trap = task.cpu().run(*task.space, limits);
  switch (trap.kind) {
    case Trap::Kind::Syscall:
      if (auto outcome = std::exchange(in_place_outcome_, std::nullopt))
        settle_syscall(task, *outcome);
      else
        begin_syscall(task, task.cpu().syscall_registers());
      return;
    case Trap::Kind::BudgetSpent:
    case Trap::Kind::Interrupted: return;
    case Trap::Kind::Marked:
      if (observer_) observer_->reached_breakpoint(task);
      return;
    case Trap::Kind::Fault:
    case Trap::Kind::Undefined:
    case Trap::Kind::Breakpoint: force_signal(task, trap_info(trap)); return;
  }
}

void Kernel::begin_syscall(Task& task, const SyscallRegisters& registers) {
  SyscallState& call = task.syscall;
  call.active = true;
  call.interrupted = call.timed_out = call.has_waited = false;
  call.let_through = call.injected = false;
  call.most_bytes = ~u64{0};
  call.asked = 0;
  call.registers = registers;
  call.deadline = -1;
  call.progress = 0;
  call.trace.clear();
  ++statistics_.system_calls;
  --slice_calls_;
}

/// The short way: the engine asks while it runs. It goes on when the call is done and nobody else
/// has a say; any other outcome is kept for `enter_guest`.
std::optional<u64> Kernel::try_syscall(const SyscallRegisters& registers) {
  Task& task = *running_;
  begin_syscall(task, registers);
  const SyscallOutcome outcome = serve_measured(task);
  const bool goes_on = outcome.kind == SyscallOutcome::Kind::Done && !task.yield && !timer_due_ &&
                       slice_calls_ > 0 && task.state == TaskState::Runnable &&
                       task.deliverable().empty();
  if (goes_on) {
    task.end_syscall();
    return outcome.value;
  }
  in_place_outcome_ = outcome;
  return std::nullopt;
}

void Kernel::serve_syscall(Task& task) { settle_syscall(task, serve_measured(task)); }

SyscallOutcome Kernel::serve_measured(Task& task) {
  const u64 number = task.syscall.registers.number;
  if (!meter_.due(number)) {
    slice_system_ += meter_.expected(number);
    const SyscallOutcome outcome = options_.serve(task);
    timer_due_ |= earlier_timer_armed();
    return outcome;
  }
  const Nanoseconds started = monotonic();
  const SyscallOutcome outcome = options_.serve(task);
  const Nanoseconds ended = monotonic();
  slice_system_ += ended - started;
  meter_.measured(number, ended - started);
  // A slice of many calls lasts longer than its blocks let expect.
  timer_due_ |= ended >= timers_.earliest() || earlier_timer_armed();
  return outcome;
}

/// A call armed a timer that the slice's budget does not know of.
bool Kernel::earlier_timer_armed() const {
  return timers_.earliest() < std::min(slice_timer_, slice_started_ + kLongSlice);
}

/// How many blocks a slice may have so that the next timer finds nobody running.
u64 Kernel::blocks_until_timer() const {
  const Nanoseconds left = slice_timer_ - slice_started_;
  if (left >= kLongSlice) return Schedule::kSliceBlocks;
  const Nanoseconds blocks = std::max<Nanoseconds>(left, 0) * 1000 / thousand_blocks_;
  return std::clamp<u64>(static_cast<u64>(blocks), kLeastBlocks, Schedule::kSliceBlocks);
}

void Kernel::settle_syscall(Task& task, const SyscallOutcome& outcome) {
  switch (outcome.kind) {
    case SyscallOutcome::Kind::Done: finish_syscall(task, outcome.value); return;
    case SyscallOutcome::Kind::NoReturn: task.end_syscall(); return;
    case SyscallOutcome::Kind::Blocked: block(task, outcome.blocked); return;
    case SyscallOutcome::Kind::Paused: paused_ = Paused{task.tid()}; return;
  }
}

void Kernel::finish_syscall(Task& task, u64 value) {
  task.end_syscall();
  task.cpu().set_x(0, value);
}

void Kernel::block(Task& task, const Blocked& blocked) {
  task.state = TaskState::Blocked;
  task.restart = blocked.restart;
  task.syscall.has_waited = true;
  if (blocked.deadline >= 0) task.deadline_timer_.arm(blocked.deadline);
}

Nanoseconds Kernel::slice_time(const Task& task) {
  return &task == running_ ? monotonic() - slice_started_ : 0;
}

Nanoseconds Kernel::slice_system_time(const Task& task) const {
  return &task == running_ ? slice_system_ : 0;
}

void Kernel::charge(Task& task) {
  const Nanoseconds ran = slice_time(task);
  const Nanoseconds system = std::min(slice_system_, ran);
  task.charged_time += ran;
  task.charged_system += system;
  if (slice_blocks_ >= kLeastBlocks) {
    const Nanoseconds now = (ran - system) * 1000 / static_cast<Nanoseconds>(slice_blocks_);
    thousand_blocks_ = std::max<Nanoseconds>((3 * thousand_blocks_ + now) / 4, 1);
  }
  load_average_.account(slice_started_, slice_started_ + ran, run_queue_.size() + 1);
  running_ = nullptr;
  Process& process = task.process();
  // Not after a slice in which somebody only looked again, or sleepers would wake one another.
  if (slice_blocks_ > 0 && !process.cpu_time_passed.empty()) process.cpu_time_passed.wake_all();
  if (!cpu_timers_.empty()) expire_cpu_timers();
  if (task.state == TaskState::Dead) return;
  enforce_cpu_limit(*this, process);
  expire_interval_timers(process);
}

void Kernel::expire_interval_timers(Process& process) {
  for (int kind : {1, 2}) {  // ITIMER_VIRTUAL counts user time, ITIMER_PROF all
    auto& timer = process.interval_timers[kind];
    if (timer.expires < 0) continue;
    const Nanoseconds used = kind == 1 ? process.user_time() : process.cpu_time();
    if (used < timer.expires) continue;
    timer.expires = timer.interval > 0 ? used + timer.interval : -1;
    abi::SigInfo info;
    info.signo = kind == 1 ? abi::kSigVtalrm : abi::kSigProf;
    info.code = abi::kSiKernel;
    (void)send_signal(process, info);  // a standard signal always finds room
  }
}

void Kernel::expire_cpu_timers() {
  // Expiring arms and disarms: over a copy.
  for (PosixTimer* timer : std::vector<PosixTimer*>(cpu_timers_)) timer->expire_if_due();
}

/// Nothing can run: sleep until a host descriptor, a host signal or the next timer.
void Kernel::idle() {
  std::optional<Nanoseconds> next = timers_.next();
  if (options_.budgets.time != KernelBudgets::kNone) {
    const Nanoseconds end = made_ + static_cast<Nanoseconds>(options_.budgets.time);
    next = std::min(next.value_or(end), end);
  }
  const Nanoseconds sleep = next ? std::max<Nanoseconds>(*next - monotonic(), 0) : -1;
  if (virtual_clock_ && next && !poller_.anybody_waiting()) {
    virtual_clock_->advance(sleep);
    return;
  }
  wake_waiter_.wait_on(poller_.queue(wake_fd_.get(), kPollIn));
  const bool slept_through = !poller_.wait(sleep);
  wake_waiter_.leave_all();
  // Whoever waits for the host, too, waits in its time.
  if (virtual_clock_ && slept_through && next) virtual_clock_->advance(sleep);
}

void Kernel::post_host_signal(int signal) {
  host_signals_.fetch_or(u64{1} << (signal - 1));
  wake();
}

void Kernel::interrupt_run() {
  run_interrupted_.store(true);
  wake();
}

void Kernel::wake() {
  interrupt_.store(true);
  const u64 one = 1;
  // A full counter means the poller wakes anyway.
  (void)!::write(wake_fd_.get(), &one, sizeof one);
}

void Kernel::take_host_signals() {
  interrupt_.store(false);
  u64 drained = 0;
  (void)!::read(wake_fd_.get(), &drained, sizeof drained);
  SigSet taken(host_signals_.exchange(0));
  while (auto signal = taken.first()) {
    taken = taken.without(*signal);
    signal_foreground(*signal);
  }
}

// A signal kemu got stands for one its guests would have got: the terminal's foreground group's, or
// without a terminal the first process's group's.
void Kernel::signal_foreground(Signal signal) {
  abi::SigInfo info;
  info.signo = signal.number();
  info.code = abi::kSiKernel;
  Terminal* terminal = first_ ? first_->terminal.get() : nullptr;
  const bool from_keyboard = signal.number() == abi::kSigInt || signal.number() == abi::kSigQuit ||
                             signal.number() == abi::kSigTstp || signal.number() == abi::kSigWinch;
  if (terminal && from_keyboard) {
    for_each_in_group(terminal->foreground_group(),
                      [&](Process& p) { (void)send_signal(p, info); });
  } else if (first_) {
    for_each_in_group(first_->group, [&](Process& p) { (void)send_signal(p, info); });
  }
}

bool Kernel::take_host_stop_request() { return std::exchange(host_stop_requested_, false); }

}  // namespace kemu
