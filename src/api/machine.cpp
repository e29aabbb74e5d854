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
  std::unique_ptr<Entropy> entropy;
  std::unique_ptr<Log> log;
  std::optional<FaultInjector> faults;  // MachineOptions::inject
  std::unique_ptr<Kernel> kernel;
  std::array<bool, 3> host_descriptors{};  // which of 0, 1 and 2 the caller has
  StandardFiles host_files;                // those, adopted when first inherited
  std::shared_ptr<FileDescription> terminal;
  MachineOptions options;
  ChromeTrace chrome_trace;
  std::unique_ptr<Hooks> hooks;  // of the kernel above
  int callbacks = 0;             // that are being called

  void start_tracing(TraceFilter filter, TraceStyle style);
  std::optional<Error> start_injecting();
  std::shared_ptr<FileDescription> inherited(std::size_t number);
  std::shared_ptr<FileDescription> open_stream(const Stream& stream, std::size_t number);
  StandardFiles open_streams(const Program& program) {
    return {open_stream(program.input, 0), open_stream(program.output, 1),
            open_stream(program.error, 2)};
  }
  void print_to(const OutputSink& sink, std::string_view text);
  RunVerdict run(const std::function<bool()>& done, OnDeadlock on_deadlock);
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
  tracer.set_program_names([this](int pid) -> std::string_view {
    Process* process = kernel->find_process(pid);
    return process ? std::string_view(process->leader().name) : "";
  });
  if (options.trace_options.format == Format::Json) {
    const TraceTimes times = style.stable ? TraceTimes::LeftOut : TraceTimes::Shown;
    tracer.send_events(
        [send, times](const TraceEvent& event) { send(json_trace_line(event, times)); });
  } else if (options.trace_options.format == Format::Chrome) {
    tracer.send_events([this, send](const TraceEvent& event) { send(chrome_trace.text(event)); });
  }
}

std::optional<Error> Machine::Parts::start_injecting() {
  if (options.inject.empty()) return std::nullopt;
  std::vector<FaultRule> rules;
  for (const std::string& text : options.inject) {
    auto rule = parse_fault_rule(text);
    if (!rule.ok())
      return Error{Error::Kind::Setup, fmt::format("cannot inject: {}", rule.error())};
    rules.push_back(std::move(rule).value());
  }
  faults.emplace(std::move(rules), fault_seed(options));
  if (faults->has_rules(FaultRule::Place::Call)) kernel->interceptors().push_back(&*faults);
  if (faults->has_rules(FaultRule::Place::Frame))
    kernel->pool().set_refuse([this] { return faults->refuses_frame(kernel->running()); });
  return std::nullopt;
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
          return make_sink([this, value](std::string_view text) { print_to(value, text); },
                           kernel->next_anonymous_inode());
        else if constexpr (std::is_same_v<Value, ProgramPipe>)
          return std::static_pointer_cast<FileDescription>(reads ? value.read_end
                                                                 : value.write_end);
        else
          return nullptr;
      },
      stream.value());
}

/// What the budget of output leaves no room for is not handed on, and ends the run.
void Machine::Parts::print_to(const OutputSink& sink, std::string_view text) {
  const auto bytes = std::as_writable_bytes(std::span(const_cast<char*>(text.data()), text.size()));
  (void)kernel->poller().traffic().print({bytes}, [&](const HostSpans& part) {
    const HostSpan& allowed = part.front();
    const std::string_view shown(reinterpret_cast<const char*>(allowed.data()), allowed.size());
    guarded([&] { sink(shown); });
    return Result<u64>(shown.size());
  });
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
    parts->terminal = find_terminal(
        *parts->kernel, {parts->inherited(0), parts->inherited(1), parts->inherited(2)});
  const CallbackGuard guard = [all = parts.get()](const std::function<void()>& call) {
    return all->guarded([&] {
      call();
      return true;
    });
  };
  parts->hooks = std::make_unique<Hooks>(*parts->kernel, guard);
  if (auto error = mount_everything(*parts->kernel, options, parts->terminal, guard)) return *error;
  if (auto error = parts->start_injecting()) return *error;
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

Expected<int> Machine::spawn(const Program& program) {
  if (parts_->callbacks > 0) return Error{Error::Kind::Misuse, "a callback cannot start a program"};
  Kernel& kernel = *parts_->kernel;
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
  if (parts_->terminal) request.terminal = parts_->terminal->terminal();
  inherit_from_host(request, parts_->options);
  auto process = kernel.spawn(std::move(request));
  if (!process.ok()) return program_error(path, process.error().code, process.error().reason);
  return (*process)->pid();
}

ProgramPipe Machine::make_pipe() {
  PipeEnds ends = kemu::make_pipe(0, parts_->kernel->next_anonymous_inode());
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
