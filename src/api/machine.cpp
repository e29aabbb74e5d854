#include "kemu/machine.h"

#include "api/host.h"
#include "api/set_up.h"
#include "fs/fake_ownership.h"
#include "syscalls/table.h"
#include "syscalls/trace_filter.h"
#include "syscalls/trace_summary.h"

namespace kemu {

struct Machine::Parts {
  HostClockSource clock;
  HostEntropy entropy;
  std::unique_ptr<Log> log;
  std::unique_ptr<Kernel> kernel;
  StandardFiles standard_files;
  std::shared_ptr<FileDescription> terminal;
};

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

}  // namespace

Machine::Machine(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Machine::~Machine() = default;

Expected<std::unique_ptr<Machine>> Machine::create(const MachineOptions& options) {
  auto parts = std::make_unique<Parts>();
  // Before anything is opened: what is closed now stays closed to the guests.
  const auto open = reserve_standard_descriptors();
  auto log = make_log(options);
  if (auto* error = std::get_if<Error>(&log)) return *error;
  parts->log = std::get<std::unique_ptr<Log>>(std::move(log));

  KernelOptions kernel_options;
  kernel_options.serve = serve_system_call;
  kernel_options.in_place_arguments = in_place_arguments;
  kernel_options.clock = &parts->clock;
  kernel_options.entropy = &parts->entropy;
  kernel_options.log = parts->log.get();
  kernel_options.memory_limit = options.memory_limit;
  kernel_options.fake_root = options.fake_root;
  kernel_options.fork_mode =
      options.fork == MachineOptions::Fork::Eager ? ForkMode::Eager : ForkMode::CopyOnWrite;
  auto network = network_access(options);
  if (auto* error = std::get_if<Error>(&network)) return *error;
  kernel_options.network = std::get<NetworkAccess>(network);
  auto kernel = Kernel::create(kernel_options);
  if (!kernel.ok()) return Error{Error::Kind::Setup, kernel.error()};
  parts->kernel = std::move(kernel).value();
  if (options.fake_root) enable_fake_ownership(parts->kernel->host_files());
  parts->standard_files = adopt_standard_files(*parts->kernel, open);
  parts->terminal = find_terminal(*parts->kernel, parts->standard_files);
  if (auto error = mount_everything(*parts->kernel, options, parts->terminal)) return *error;
  if (options.trace) {
    auto filter = parse_trace_filter(options.trace_filter);
    if (!filter.ok()) return Error{Error::Kind::Setup, filter.error()};
    parts->kernel->tracer().enable(options.trace, std::move(filter).value(),
                                   trace_style(options.trace_options), parts->clock);
  }
  return std::unique_ptr<Machine>(new Machine(std::move(parts)));
}

Expected<int> Machine::start(const Program& program) {
  Kernel& kernel = *parts_->kernel;
  const FsContext fs{kernel.mounts().root(), kernel.mounts().root(), 0};
  const Caller nobody;
  auto cwd = PathWalker(kernel.mounts(), fs, nobody)
                 .find(kernel.mounts().root(), program.cwd, FinalLink::Follow);
  if (cwd.ok() && (*cwd)->inode->type() != FileType::Directory) cwd = Errno::ENOTDIR;
  if (!cwd.ok())
    return Error{Error::Kind::Setup,
                 fmt::format("cannot change to '{}': {}", program.cwd, errno_text(cwd.error()))};
  SpawnRequest request;
  request.program = search_program(kernel, *cwd, program);
  if (request.program.empty())
    return Error{Error::Kind::NotFound,
                 fmt::format("cannot run '{}': not found here or in PATH", program.path)};
  request.argv = program.argv;
  request.envp = program.environment;
  request.cwd = *cwd;
  request.standard_files = parts_->standard_files;
  if (parts_->terminal) request.terminal = parts_->terminal->terminal();
  if (!kernel.options().fake_root) request.credentials = host_credentials();  // root otherwise
  request.limits = host_limits();
  request.umask = host_umask();
  request.nice = host_nice();
  request.ignored_signals = ignored_host_signals();
  auto process = kernel.spawn(std::move(request));
  if (!process.ok())
    return program_error(program.path, process.error().code, process.error().reason);
  return (*process)->pid();
}

RunEnd Machine::run() {
  Kernel& kernel = *parts_->kernel;
  bool stopped = false;
  kernel.run([&] {
    stopped = kernel.take_host_stop_request();
    return stopped || kernel.first_exit().has_value();
  });
  if (stopped) return RunEnd::Stopped;
  return kernel.processes().empty() ? RunEnd::AllExited : RunEnd::FirstExited;
}

void Machine::run_rest() {
  parts_->kernel->run([] { return false; });
}

std::optional<ExitStatus> Machine::exit_status() const {
  const auto status = parts_->kernel->first_exit();
  if (!status) return std::nullopt;
  if (status->has_exited()) return ExitStatus{status->exit_code(), 0};
  return ExitStatus{0, status->killing_signal()};
}

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
          engine.code_invalidations};
}

std::string Machine::trace_summary() const {
  const Tracer& tracer = parts_->kernel->tracer();
  return tracer.counts().empty() ? "" : kemu::trace_summary(tracer);
}

std::vector<SyscallSupport> list_syscalls() {
  std::vector<SyscallSupport> list;
  for (const SyscallEntry& row : all_syscalls())
    list.push_back({row.number, row.name, support_name(row.support)});
  return list;
}

std::string_view version() { return KEMU_VERSION; }
std::string engine_version() { return unicorn_version(); }

}  // namespace kemu
