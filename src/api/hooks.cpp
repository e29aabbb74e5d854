#include "api/hooks.h"

#include <algorithm>

#include "api/guest_access.h"

namespace kemu {

namespace {

/// What a process gets for AnyCall::place at a time, at least.
constexpr u64 kScratchSize = 16 * kPageSize;
constexpr u64 kAlignment = 16;

std::string_view name_of(Process& process) { return process.leader().name; }

}  // namespace

Hooks::~Hooks() {
  calls_.clear();
  events_.clear();
  breakpoints_.clear();
  update();
}

template <typename Entry>
Hook Hooks::enlist(List<Entry>& list, Entry entry) {
  entry.hook = Hook{++last_id_};
  list.push_back(std::make_shared<Entry>(std::move(entry)));
  update();
  return list.back()->hook;
}

template <typename Entry>
bool Hooks::strike(List<Entry>& list, Hook hook) {
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const auto& entry) { return entry->hook == hook; });
  if (found == list.end()) return false;
  (*found)->removed = true;
  list.erase(found);
  return true;
}

Hook Hooks::add_call(Moment moment, unsigned number, CallHook hook) {
  OnCall entry;
  entry.moment = moment;
  entry.number = number;
  entry.call = std::move(hook);
  return enlist(calls_, std::move(entry));
}

Hook Hooks::add_event(EventHook hook) {
  OnEvent entry;
  entry.call = std::move(hook);
  return enlist(events_, std::move(entry));
}

Expected<Hook> Hooks::add_breakpoint(Breakpoint at, BreakpointHook hook) {
  constexpr u64 kInstruction = 4;
  if (at.address % kInstruction != 0)
    return Error{Error::Kind::Misuse, fmt::format("no instruction is at {:#x}", at.address)};
  OnBreakpoint entry;
  entry.at = std::move(at);
  entry.call = std::move(hook);
  return enlist(breakpoints_, std::move(entry));
}

bool Hooks::remove(Hook hook) {
  const bool found = strike(calls_, hook) || strike(events_, hook) || strike(breakpoints_, hook);
  update();
  return found;
}

void Hooks::go_on_in(Kernel& kernel) {
  kernel_ = &kernel;
  hit_.reset();
  scratch_.clear();
  addresses_.clear();
  update();
}

/// Tells the kernel what is wanted of it now.
void Hooks::update() {
  for (const Moment moment : {Moment::Start, Moment::End}) {
    auto& wanted = wanted_[static_cast<int>(moment)];
    wanted.reset();
    bool& all = all_wanted_[static_cast<int>(moment)] = false;
    for (const auto& entry : calls_) {
      if (entry->moment != moment) continue;
      if (entry->number < kCalls)
        wanted.set(entry->number);
      else
        all = true;
    }
  }
  auto& interceptors = kernel_->interceptors();
  CallInterceptor* const self = this;
  const auto listed = std::find(interceptors.begin(), interceptors.end(), self);
  if (calls_.empty() && listed != interceptors.end()) interceptors.erase(listed);
  if (!calls_.empty() && listed == interceptors.end()) interceptors.push_back(self);
  const bool any = !calls_.empty() || !events_.empty() || !breakpoints_.empty();
  kernel_->set_observer(any ? this : nullptr);

  std::vector<GuestAddr> addresses;
  for (const auto& entry : breakpoints_) addresses.emplace_back(entry->at.address);
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  if (addresses == addresses_) return;
  addresses_ = addresses;
  kernel_->set_breakpoints(std::move(addresses));
}

/// Numbers that no table has are looked at one by one.
bool Hooks::wants(Moment moment, u64 number) const {
  const auto index = static_cast<int>(moment);
  return all_wanted_[index] || (number < kCalls && wanted_[index][number]);
}

/// Over a copy: a callback may change the list.
void Hooks::call_back(Moment moment, AnyCall::State& state) {
  const u64 number = state.task.syscall.registers.number;
  for (const auto& entry : List<OnCall>(calls_)) {
    const bool concerned = entry->number == number || entry->number == Machine::kEveryCall;
    if (entry->moment != moment || !concerned || entry->removed) continue;
    AnyCall call(state);
    guard_([&] { entry->call(call); });
    if (!state.answer) continue;
    if (moment == Moment::Start) return;
    state.value = std::exchange(state.answer, std::nullopt);
  }
}

std::optional<SyscallOutcome> Hooks::before(Task& task) {
  if (!wants(Moment::Start, task.syscall.registers.number)) return std::nullopt;
  reuse_scratch(task);
  AnyCall::State state{*this, *machine_, task, {}, {}};
  call_back(Moment::Start, state);
  if (!state.answer) return std::nullopt;
  return SyscallOutcome{SyscallOutcome::Kind::Done, *state.answer, {}};
}

void Hooks::after(Task& task, u64& value) {
  if (!wants(Moment::End, task.syscall.registers.number)) return;
  AnyCall::State state{*this, *machine_, task, value, {}};
  call_back(Moment::End, state);
  value = *state.value;
}

void Hooks::tell(const ProcessEvent& event) {
  for (const auto& entry : List<OnEvent>(events_))
    if (!entry->removed) guard_([&] { entry->call(event); });
}

void Hooks::forked(Task& parent, Task& child) {
  ProcessEvent event;
  event.kind = ProcessEvent::Kind::Fork;
  event.pid = parent.process().pid();
  event.program = name_of(parent.process());
  event.child = child.process().pid();
  tell(event);
}

void Hooks::executed(Task& task) {
  ProcessEvent event;
  event.kind = ProcessEvent::Kind::Exec;
  event.pid = task.process().pid();
  event.program = name_of(task.process());
  tell(event);
}

void Hooks::exiting(Process& process, WaitStatus status) {
  ProcessEvent event;
  event.kind = ProcessEvent::Kind::Exit;
  event.pid = process.pid();
  event.program = name_of(process);
  event.status = status.has_exited() ? ExitStatus{status.exit_code(), 0}
                                     : ExitStatus{0, status.killing_signal()};
  tell(event);
  for (const auto& task : process.tasks) scratch_.erase(task->tid());
}

void Hooks::signalled(Task& task, const abi::SigInfo& info) {
  ProcessEvent event;
  event.kind = ProcessEvent::Kind::Signal;
  event.pid = task.process().pid();
  event.program = name_of(task.process());
  event.signal = info.signo;
  tell(event);
}

void Hooks::reached_breakpoint(Task& task) {
  BreakpointHit hit;
  hit.pid = task.process().pid();
  hit.program = name_of(task.process());
  hit.address = task.cpu().pc();
  for (const auto& entry : List<OnBreakpoint>(breakpoints_)) {
    const Breakpoint& at = entry->at;
    const bool concerned = at.address == hit.address && (at.pid == 0 || at.pid == hit.pid) &&
                           (at.program.empty() || at.program == hit.program);
    if (!concerned || entry->removed) continue;
    hit.hook = entry->hook;
    if (entry->call) {
      guard_([&] { entry->call(hit); });
    } else {
      hit_ = hit;
      kernel_->interrupt_run();
    }
  }
}

/// What was placed for the call before is not needed any more.
void Hooks::reuse_scratch(Task& task) {
  const auto found = scratch_.find(task.tid());
  if (found == scratch_.end()) return;
  Scratch& scratch = found->second;
  if (scratch.space.lock() != task.space) {  // execve
    scratch_.erase(found);
    return;
  }
  while (scratch.ranges.size() > 1) {
    (void)task.space->unmap(scratch.ranges.front());
    scratch.ranges.erase(scratch.ranges.begin());
  }
  scratch.used = 0;
}

Expected<GuestPointer> Hooks::place(Task& task, std::string_view bytes) {
  Scratch& scratch = scratch_[task.tid()];
  if (scratch.space.lock() != task.space) scratch = Scratch{task.space, {}, 0};
  const u64 size = (bytes.size() + kAlignment - 1) / kAlignment * kAlignment;
  if (scratch.ranges.empty() || scratch.ranges.back().size() - scratch.used < size) {
    MapRequest request;
    request.size = std::max(kScratchSize, GuestAddr(size).page_ceil().value());
    request.protection = Protection::rw();
    const auto start = task.space->map(request);
    if (!start.ok())
      return Error{Error::Kind::NotMapped, fmt::format("the process has no room for {} bytes: {}",
                                                       bytes.size(), errno_text(start.error()))};
    scratch.ranges.push_back({*start, *start + request.size});
    scratch.used = 0;
  }
  const u64 at = scratch.ranges.back().start.value() + scratch.used;
  scratch.used += size;
  if (auto error = write_guest(task, at, bytes)) return *error;
  return GuestPointer(*machine_, task.tid(), at);
}

}  // namespace kemu
