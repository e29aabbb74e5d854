#include "kemu/machine.h"

#include <atomic>

#include "api/hooks.h"
#include "api/host.h"
#include "api/machine_kernel.h"
#include "api/set_up.h"
#include "base/abi/signal.h"
#include "fs/fake_ownership.h"
#include "fs/pipe.h"
#include "fs/sink.h"
#include "fs/stable_files.h"
#include "process/trace_forms.h"
#include "syscalls/explain.h"
#include "syscalls/fault_injector.h"
#include "syscalls/table.h"
#include "syscalls/trace_filter.h"
#include "syscalls/trace_summary.h"

namespace kemu {

struct Machine::Parts {
  std::string failure;  // what a callback threw; before the kernel, whose end may call back, too
  std::atomic<bool> interrupt_asked = false;  // by the caller, and not by a callback that threw
  std::atomic<bool> report_asked = false;
  HostClockSource clock;
  std::unique_ptr<MachineEntropy> entropy;
  std::shared_ptr<Log> log;
  std::optional<FaultInjector> faults;  // MachineOptions::inject
  std::unique_ptr<Kernel> kernel;
  std::array<bool, 3> host_descriptors{};                 // which of 0, 1 and 2 the caller has
  StandardFiles host_files;                               // those, adopted when first inherited
  std::vector<std::weak_ptr<FileDescription>> pipe_ends;  // made by make_pipe over this kernel
  MachineOptions options;
  ChromeTrace chrome_trace;
  std::unique_ptr<Hooks> hooks;  // of the kernel above
  int callbacks = 0;             // that are being called

  void start_tracing(TraceFilter filter, TraceStyle style);
  /// Adds rules to those there are.
  std::optional<Error> start_injecting(const std::vector<std::string>& added);
  void attach_faults();
  std::shared_ptr<FileDescription> inherited(std::size_t number);
  std::shared_ptr<FileDescription> open_stream(const Stream& stream, std::size_t number);
  StandardFiles open_streams(const Program& program) {
    return {open_stream(program.input, 0), open_stream(program.output, 1),
            open_stream(program.error, 2)};
  }
  /// False for a stream that is a pipe of another kernel's.
  bool knows_pipe_of(const Stream& stream);
  RunVerdict run(const std::function<bool()>& done, OnDeadlock on_deadlock);
  /// A copy of `original`'s kernel that draws from `drawn` and calls back as these parts do.
  Expected<std::unique_ptr<Kernel>> copy_kernel(const Parts& original, MachineEntropy& drawn,
                                                const ForkOptions& options);
  /// Goes on in `made`, traced as `original` was.
  void go_on_in(std::unique_ptr<Kernel> made, const Parts& original);
  CallbackGuard guard() {
    return [this](const std::function<void()>& call) {
      return guarded([&] {
        call();
        return true;
      });
    };
  }
  /// Calls back into the host program: what it throws must not pass through the engine's C code,
  /// and ends the run instead.
  template <typename Call>
  auto guarded(Call&& call) -> decltype(call()) {
    struct Depth {
      explicit Depth(int& count) : count(count) { ++count; }
      ~Depth() { --count; }
      int& count;
    } const depth(callbacks);
    try {
      return call();
    } catch (const std::exception& thrown) {
      failure = thrown.what();
      if (failure.empty()) failure = "a callback threw an exception without a message";
    } catch (...) {
      failure = "a callback threw something that is no std::exception";
    }
    kernel->interrupt_run();
    return decltype(call())();
  }
};

void Machine::Parts::start_tracing(TraceFilter filter, TraceStyle style) {
  using Format = TraceOptions::Format;
  const auto send = [this](std::string_view text) { guarded([&] { options.trace(text); }); };
  Tracer& tracer = kernel->tracer();
  tracer.enable(send, std::move(filter), style, kernel->clock());
  tracer.set_program_names([this](int tid) -> std::string_view {
    Task* task = kernel->find_task(tid);
    return task ? std::string_view(task->process().leader().name) : "";
  });
  if (options.trace_options.format == Format::Json) {
    const TraceTimes times = style.stable ? TraceTimes::LeftOut : TraceTimes::Shown;
    tracer.send_events(
        [send, times](const TraceEvent& event) { send(json_trace_line(event, times)); });
  } else if (options.trace_options.format == Format::Chrome) {
    tracer.send_events([this, send](const TraceEvent& event) { send(chrome_trace.text(event)); });
  }
}

std::optional<Error> Machine::Parts::start_injecting(const std::vector<std::string>& added) {
  std::vector<FaultRule> rules;
  for (const std::string& text : added) {
    auto rule = parse_fault_rule(text);
    if (!rule.ok())
      return Error{Error::Kind::Setup, fmt::format("cannot inject: {}", rule.error())};
    rules.push_back(std::move(rule).value());
  }
  if (rules.empty()) return std::nullopt;
  if (!faults) faults.emplace(fault_seed(options));
  faults->add(std::move(rules));
  attach_faults();
  return std::nullopt;
}

/// Makes the kernel ask about faults, if there are any.
void Machine::Parts::attach_faults() {
  if (!faults) return;
  auto& asked = kernel->interceptors();
  CallInterceptor* const injector = &*faults;
  if (faults->has_rules(FaultRule::Place::Call) &&
      std::find(asked.begin(), asked.end(), injector) == asked.end())
    asked.push_back(injector);
  if (faults->has_rules(FaultRule::Place::Frame))
    kernel->set_refuse_frames([this] { return faults->refuses_frame(kernel->running()); });
}

std::shared_ptr<FileDescription> Machine::Parts::inherited(std::size_t number) {
  if (!host_descriptors[number]) return nullptr;
  if (!host_files[number]) {
    auto file = adopt_host_fd(static_cast<int>(number), kernel->host_files());
    if (file.ok()) host_files[number] = std::move(file).value();
  }
  return host_files[number];
}

std::shared_ptr<FileDescription> Machine::Parts::open_stream(const Stream& stream,
                                                             std::size_t number) {
  const bool reads = number == 0;
  return std::visit(
      [&](const auto& value) -> std::shared_ptr<FileDescription> {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, Stream::Inherited>)
          return inherited(number);
        else if constexpr (std::is_same_v<Value, Stream::Null>)
          return open_null(*kernel);
        else if constexpr (std::is_same_v<Value, Stream::Bytes>)
          return file_of_bytes(*kernel, value.contents);
        else if constexpr (std::is_same_v<Value, OutputSink>)
          return make_sink(value, kernel->poller().traffic(), guard(), static_cast<int>(number),
                           kernel->next_anonymous_inode());
        else if constexpr (std::is_same_v<Value, ProgramPipe>)
          return std::static_pointer_cast<FileDescription>(reads ? value.read_end
                                                                 : value.write_end);
        else
          return nullptr;
      },
      stream.value());
}

bool Machine::Parts::knows_pipe_of(const Stream& stream) {
  const auto* pipe = std::get_if<ProgramPipe>(&stream.value());
  if (!pipe) return true;
  std::erase_if(pipe_ends, [](const auto& end) { return end.expired(); });
  const auto is_known = [&](const std::shared_ptr<void>& wanted) {
    return !wanted || std::any_of(pipe_ends.begin(), pipe_ends.end(), [&](const auto& end) {
      return !end.owner_before(wanted) && !wanted.owner_before(end);
    });
  };
  return is_known(pipe->read_end) && is_known(pipe->write_end);
}

/// An interruption that nobody asked for is what an earlier run's failed callback left behind.
RunVerdict Machine::Parts::run(const std::function<bool()>& done, OnDeadlock on_deadlock) {
  for (;;) {
    const RunVerdict verdict = kernel->run(done, on_deadlock);
    if (verdict != RunVerdict::Interrupted || !failure.empty() || hooks->hit()) return verdict;
    if (report_asked.exchange(false) && options.report)
      guarded([&] { options.report(explain_waits(*kernel)); });
    if (interrupt_asked.exchange(false)) return verdict;
  }
}

namespace {

Error program_error(const std::string& path, Errno code, std::string_view reason) {
  // A missing interpreter is ENOENT as well, with a reason of its own.
  const bool missing =
      code == Errno::ENOENT && (reason.empty() || reason == errno_text(Errno::ENOENT));
  return {missing ? Error::Kind::NotFound : Error::Kind::CannotExecute,
          fmt::format("cannot run '{}': {}", path, reason.empty() ? errno_text(code) : reason)};
}

TraceStyle trace_style(const TraceOptions& options) {
  TraceStyle style;
  style.string_limit = options.string_limit;
  style.paths = options.paths;
  style.durations = options.durations;
  style.stable = options.stable;
  switch (options.times) {
    case TraceOptions::Times::None: break;
    case TraceOptions::Times::Seconds: style.times = TraceStyle::Times::Seconds; break;
    case TraceOptions::Times::Microseconds: style.times = TraceStyle::Times::Microseconds; break;
    case TraceOptions::Times::Epoch: style.times = TraceStyle::Times::Epoch; break;
    case TraceOptions::Times::Relative: style.times = TraceStyle::Times::Relative; break;
  }
  switch (options.summary) {
    case TraceOptions::Summary::None: break;
    case TraceOptions::Summary::Only: style.summary = TraceStyle::Summary::Only; break;
    case TraceOptions::Summary::Added: style.summary = TraceStyle::Summary::Added; break;
  }
  return style;
}

/// What a program started by a shell would have from there; a deterministic one has what it would
/// have anywhere.
void inherit_from_host(SpawnRequest& request, const MachineOptions& options) {
  if (options.deterministic) {
    request.umask = 022;
    if (!options.fake_root) request.credentials = host_credentials();
    return;
  }
  if (!options.fake_root) request.credentials = host_credentials();  // root otherwise
  request.limits = host_limits();
  request.umask = host_umask();
  request.nice = host_nice();
  request.ignored_signals = ignored_host_signals();
}

}  // namespace

Machine::Machine(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Machine::~Machine() = default;

Expected<std::unique_ptr<Machine>> Machine::create(const MachineOptions& options) {
  auto parts = std::make_unique<Parts>();
  // Before anything is opened: what is closed now stays closed to the guests.
  parts->host_descriptors = reserve_standard_descriptors();
  parts->options = options;
  auto log = make_log(options);
  if (auto* error = std::get_if<Error>(&log)) return *error;
  parts->log = std::get<std::unique_ptr<Log>>(std::move(log));

  KernelOptions kernel_options;
  kernel_options.serve = serve_system_call;
  kernel_options.in_place_arguments = in_place_arguments;
  kernel_options.clock = &parts->clock;
  parts->entropy = make_entropy(options);
  kernel_options.entropy = parts->entropy.get();
  kernel_options.log = parts->log.get();
  kernel_options.memory_limit = options.memory_limit;
  kernel_options.fake_root = options.fake_root;
  kernel_options.budgets = budgets(options.budgets);
  if (options.deterministic) {
    kernel_options.virtual_start = options.deterministic->start_time;
    kernel_options.schedule_seed = options.deterministic->schedule_seed;
  }
  kernel_options.fork_mode =
      options.fork == MachineOptions::Fork::Eager ? ForkMode::Eager : ForkMode::CopyOnWrite;
  auto network = network_access(options);
  if (auto* error = std::get_if<Error>(&network)) return *error;
  kernel_options.network = std::get<NetworkAccess>(network);
  auto kernel = Kernel::create(kernel_options);
  if (!kernel.ok()) return Error{Error::Kind::Setup, kernel.error()};
  parts->kernel = std::move(kernel).value();
  if (options.fake_root) enable_fake_ownership(parts->kernel->host_files());
  if (options.deterministic) {
    enable_stable_files(parts->kernel->host_files(), options.deterministic->start_time);
    parts->kernel->poller().wait_for_room_at_once();
  }
  if (options.host_terminal)
    parts->kernel->set_console(find_terminal(
        *parts->kernel, {parts->inherited(0), parts->inherited(1), parts->inherited(2)}));
  parts->hooks = std::make_unique<Hooks>(*parts->kernel, parts->guard());
  if (auto error = mount_everything(*parts->kernel, options, parts->guard())) return *error;
  if (auto error = parts->start_injecting(options.inject)) return *error;
  if (options.trace) {
    auto filter = parse_trace_filter(options.trace_filter);
    if (!filter.ok()) return Error{Error::Kind::Setup, filter.error()};
    parts->start_tracing(std::move(filter).value(), trace_style(options.trace_options));
  }
  std::unique_ptr<Machine> machine(new Machine(std::move(parts)));
  machine->hooks().set_machine(*machine);
  return machine;
}

Hooks& Machine::hooks() const { return *parts_->hooks; }
Kernel& Machine::kernel() const { return *parts_->kernel; }

Expected<std::unique_ptr<Kernel>> Machine::Parts::copy_kernel(const Parts& original,
                                                              MachineEntropy& drawn,
                                                              const ForkOptions& forked) {
  using Taken = const std::function<void(std::string_view)>;
  KernelCopyOptions wanted;
  wanted.clock = &clock;
  wanted.entropy = &drawn;
  wanted.log = log.get();
  wanted.callbacks = guard();
  if (forked.output) wanted.output = std::make_shared<Taken>(forked.output);
  if (forked.error) wanted.error = std::make_shared<Taken>(forked.error);
  auto copied = original.kernel->copy(wanted);
  if (!copied.ok()) return Error{Error::Kind::Setup, "cannot take a snapshot: " + copied.error()};
  return std::move(copied).value();
}

void Machine::Parts::go_on_in(std::unique_ptr<Kernel> made, const Parts& original) {
  if (hooks)
    hooks->go_on_in(*made);
  else
    hooks = std::make_unique<Hooks>(*made, guard());
  kernel = std::move(made);
  faults = original.faults;
  attach_faults();
  chrome_trace = original.chrome_trace;
  host_files = {};
  pipe_ends.clear();
  if (!options.trace) return;
  auto filter = parse_trace_filter(options.trace_filter);
  CHECK(filter.ok());  // as it was when these options were taken
  start_tracing(std::move(filter).value(), trace_style(options.trace_options));
  kernel->tracer().go_on_from(original.kernel->tracer());
}

Expected<std::unique_ptr<Machine>> Machine::fork(const ForkOptions& options) {
  auto parts = std::make_unique<Parts>();
  parts->log = parts_->log;
  parts->host_descriptors = parts_->host_descriptors;
  parts->options = parts_->options;
  if (options.trace && parts->options.trace) parts->options.trace = options.trace;
  if (!options.trace_filter.empty()) {
    if (auto filter = parse_trace_filter(options.trace_filter); !filter.ok())
      return Error{Error::Kind::Setup, filter.error()};
    parts->options.trace_filter = options.trace_filter;
  }
  parts->entropy = parts_->entropy->copy();
  auto kernel = parts->copy_kernel(*parts_, *parts->entropy, options);
  if (auto* error = std::get_if<Error>(&kernel)) return *error;
  parts->go_on_in(std::get<std::unique_ptr<Kernel>>(std::move(kernel)), *parts_);
  if (auto error = parts->start_injecting(options.inject)) return *error;
  std::unique_ptr<Machine> machine(new Machine(std::move(parts)));
  machine->hooks().set_machine(*machine);
  return machine;
}

Expected<Snapshot> Machine::snapshot() {
  auto frozen = fork();
  if (auto* error = std::get_if<Error>(&frozen)) return *error;
  return Snapshot(std::get<std::unique_ptr<Machine>>(std::move(frozen)));
}

Expected<std::unique_ptr<Machine>> Snapshot::start(const ForkOptions& options) const {
  return frozen_->fork(options);
}

std::optional<Error> Machine::restore(const Snapshot& snapshot) {
  const Parts& original = *snapshot.frozen_->parts_;
  if (parts_->kernel->running())
    return Error{Error::Kind::Setup, "cannot restore: the machine runs"};
  auto entropy = original.entropy->copy();
  auto kernel = parts_->copy_kernel(original, *entropy, {});
  if (auto* error = std::get_if<Error>(&kernel)) return *error;
  parts_->go_on_in(std::get<std::unique_ptr<Kernel>>(std::move(kernel)), original);
  parts_->entropy = std::move(entropy);
  return std::nullopt;
}

Expected<int> Machine::spawn(const Program& program) {
  if (parts_->callbacks > 0) return Error{Error::Kind::Misuse, "a callback cannot start a program"};
  Kernel& kernel = *parts_->kernel;
  for (const Stream* stream : {&program.input, &program.output, &program.error})
    if (!parts_->knows_pipe_of(*stream))
      return Error{Error::Kind::Misuse,
                   "the pipe was made by another machine, or before a restore"};
  const FsContext fs{kernel.mounts().root(), kernel.mounts().root(), 0};
  const Caller nobody;
  auto cwd = PathWalker(kernel.mounts(), fs, nobody)
                 .find(kernel.mounts().root(), program.cwd, FinalLink::Follow);
  if (cwd.ok() && (*cwd)->inode->type() != FileType::Directory) cwd = Errno::ENOTDIR;
  if (!cwd.ok())
    return Error{Error::Kind::Setup,
                 fmt::format("cannot change to '{}': {}", program.cwd, errno_text(cwd.error()))};
  const std::string path =
      !program.path.empty() || program.argv.empty() ? program.path : program.argv[0];
  SpawnRequest request;
  request.program = search_program(kernel, *cwd, path, program.environment);
  if (request.program.empty())
    return Error{Error::Kind::NotFound,
                 fmt::format("cannot run '{}': not found here or in PATH", path)};
  request.argv = program.argv;
  request.envp = program.environment;
  request.cwd = *cwd;
  request.standard_files = parts_->open_streams(program);
  if (const auto& console = kernel.console()) request.terminal = console->terminal();
  inherit_from_host(request, parts_->options);
  auto process = kernel.spawn(std::move(request));
  if (!process.ok()) return program_error(path, process.error().code, process.error().reason);
  return (*process)->pid();
}

ProgramPipe Machine::make_pipe() {
  PipeEnds ends = kemu::make_pipe(0, parts_->kernel->next_anonymous_inode());
  parts_->pipe_ends.emplace_back(ends.read);
  parts_->pipe_ends.emplace_back(ends.write);
  return {std::move(ends.read), std::move(ends.write)};
}

RunEnd Machine::run(const RunOptions& options) {
  if (parts_->callbacks > 0) return RunEnd::InCallback;
  parts_->hooks->forget_hit();
  Kernel& kernel = *parts_->kernel;
  bool stopped = false, condition = false;
  const auto done = [&] {
    stopped = kernel.take_host_stop_request();
    condition = options.until && parts_->guarded([&] { return options.until(); });
    return stopped || condition || (!options.until && kernel.spawned_have_ended());
  };
  kernel.set_run_budget({options.blocks.value_or(KernelBudgets::kNone),
                         options.instructions.value_or(KernelBudgets::kNone)});
  const RunVerdict verdict =
      parts_->run(done, options.wait_in_deadlock ? OnDeadlock::Wait : OnDeadlock::Return);
  if (!parts_->failure.empty()) return RunEnd::CallbackFailed;
  if (parts_->hooks->hit()) return RunEnd::Breakpoint;
  switch (verdict) {
    case RunVerdict::Deadlock: return RunEnd::Deadlocked;
    case RunVerdict::OutOfBlocks: return RunEnd::OutOfBlocks;
    case RunVerdict::OutOfTime: return RunEnd::OutOfTime;
    case RunVerdict::OutOfInstructions: return RunEnd::OutOfInstructions;
    case RunVerdict::OutOfOutput: return RunEnd::OutOfOutput;
    case RunVerdict::Interrupted: return RunEnd::Interrupted;
    case RunVerdict::Done:
    case RunVerdict::AllEnded: break;
  }
  if (stopped) return RunEnd::Stopped;
  return condition ? RunEnd::Condition : RunEnd::Exited;
}

void Machine::run_rest() {
  if (parts_->callbacks > 0) return;
  parts_->hooks->forget_hit();
  parts_->kernel->set_run_budget({});
  (void)parts_->run([] { return false; }, OnDeadlock::Return);
}

void Machine::interrupt() {
  parts_->interrupt_asked.store(true);
  parts_->kernel->interrupt_run();
}

bool Machine::forget_interrupt() { return parts_->interrupt_asked.exchange(false); }

std::string Machine::take_failure() { return std::exchange(parts_->failure, {}); }

std::optional<ExitStatus> Machine::exit_status(int pid) const {
  const auto& spawned = parts_->kernel->spawned();
  const auto found = spawned.find(pid);
  if (found == spawned.end() || !found->second) return std::nullopt;
  const WaitStatus status = *found->second;
  if (status.has_exited()) return ExitStatus{status.exit_code(), 0};
  return ExitStatus{0, status.killing_signal()};
}

std::optional<ExitStatus> Machine::exit_status() const {
  const auto& spawned = parts_->kernel->spawned();
  return spawned.empty() ? std::nullopt : exit_status(spawned.begin()->first);
}

bool Machine::kill(int pid, int signal) {
  Process* process = parts_->kernel->find_process(pid);
  if (process == nullptr || signal < 1 || signal > abi::kSigMax) return false;
  abi::SigInfo info;
  info.signo = signal;
  return parts_->kernel->send_signal(*process, info).ok();
}

std::string Machine::explain() const { return explain_waits(*parts_->kernel); }

void Machine::request_report() {
  parts_->report_asked.store(true);
  parts_->kernel->interrupt_run();
}

std::vector<Refusal> Machine::refusals() const {
  const KernelOptions& options = parts_->kernel->options();
  std::vector<Refusal> refusals;
  const auto add = [&](Scarce what, Refusal::Budget budget, u64 limit) {
    const Refusals::Count& count = parts_->kernel->refusals().of(what);
    if (count.times > 0) refusals.push_back({budget, limit, count.times, count.pid, count.program});
  };
  add(Scarce::Processes, Refusal::Budget::Processes, options.budgets.processes);
  add(Scarce::Files, Refusal::Budget::Files, options.budgets.files);
  add(Scarce::Memory, Refusal::Budget::Memory, options.memory_limit);
  return refusals;
}

std::vector<MissingFeature> Machine::missing() const {
  std::vector<MissingFeature> list;
  for (const Missing::Entry& entry : parts_->kernel->missing().entries())
    list.push_back({entry.what, std::string(errno_name(entry.answer)), entry.times, entry.pid,
                    entry.program, entry.lack == Lack::Probed});
  return list;
}

std::string Machine::host_input() const { return parts_->kernel->heard_host(); }

bool Machine::guests_left() const { return !parts_->kernel->processes().empty(); }

void Machine::post_signal(int signal) { parts_->kernel->post_host_signal(signal); }

Statistics Machine::statistics() const {
  const KernelStatistics& kernel = parts_->kernel->statistics();
  const EngineStatistics engine = parts_->kernel->engine().statistics();
  return {kernel.system_calls,
          kernel.task_switches,
          kernel.forks,
          kernel.execs,
          kernel.signals,
          parts_->kernel->pool().in_use(),
          parts_->kernel->pool().peak(),
          engine.tlb_fills,
          engine.tlb_flushes,
          engine.code_invalidations,
          parts_->kernel->engine().blocks_run(),
          parts_->kernel->engine().instructions_run()};
}

std::string Machine::trace_summary() const {
  const Tracer& tracer = parts_->kernel->tracer();
  return tracer.counts().empty() ? "" : kemu::trace_summary(tracer);
}

std::string Machine::trace_end() const {
  const bool is_chrome = parts_->options.trace_options.format == TraceOptions::Format::Chrome;
  return parts_->options.trace && is_chrome ? parts_->chrome_trace.end() : "";
}

Kernel& MachineKernel::of(Machine& machine) { return *machine.parts_->kernel; }

std::vector<SyscallSupport> list_syscalls() {
  std::vector<SyscallSupport> list;
  for (const SyscallEntry& row : all_syscalls())
    list.push_back({row.number, row.name, support_name(row.support)});
  return list;
}

std::string_view version() { return KEMU_VERSION; }
std::string engine_version() { return unicorn_version(); }

}  // namespace kemu
