#include <array>
#include <string>

#include "api/c_objects.h"

// The C API. Each function catches what the C++ below it throws: nothing may unwind through a
// caller that is not C++.

struct kemu_options {
  kemu::MachineOptions options;
};

struct kemu_program {
  kemu::Program program;
  std::array<bool, 3> captured{};
  bool merged = false;
};

struct kemu_pipe {
  kemu::ProgramPipe pipe;
};

struct kemu_snapshot {
  kemu::Snapshot snapshot;
  const kemu_machine* machine;  // whose it is
};
struct kemu_buffer {
  std::string bytes;
};

namespace {

using kemu::Stream;
using namespace kemu::c_api;
using kemu::c_api::of;

kemu::OutputSink sink(kemu_write_function write, void* context, std::string what) {
  if (write == nullptr) fail("write is NULL");
  return [write, context, what = std::move(what)](std::string_view bytes) {
    if (const int result = write(context, bytes.data(), bytes.size()); result != 0)
      fail("the callback for " + what + " failed: " + std::to_string(result));
  };
}

Stream& stream_of(kemu_program& program, int descriptor) {
  switch (descriptor) {
    case 0: return program.program.input;
    case 1: return program.program.output;
    case 2: return program.program.error;
    default: fail("descriptor " + std::to_string(descriptor) + " is not 0, 1 or 2");
  }
}

/// What a descriptor was before is forgotten.
void set_stream(kemu_program& program, int descriptor, Stream stream) {
  stream_of(program, descriptor) = std::move(stream);
  program.captured[static_cast<size_t>(descriptor)] = false;
  if (descriptor == 2) program.merged = false;
}

void need_output(int descriptor) {
  if (descriptor == 0) fail("descriptor 0 is no output");
}

kemu::MachineOptions& of(kemu_options* options) { return given(options, "options").options; }
kemu::Program& of(kemu_program* program) { return given(program, "program").program; }

kemu::Deterministic& deterministic(kemu::MachineOptions& options) {
  if (!options.deterministic) options.deterministic.emplace();
  return *options.deterministic;
}

/// Where captured streams of the program with this pid will be found: known once it is.
using Captures = std::array<std::shared_ptr<std::string*>, 3>;

kemu_budget number_of(kemu::Refusal::Budget budget) {
  switch (budget) {
    case kemu::Refusal::Budget::Processes: return KEMU_BUDGET_PROCESSES;
    case kemu::Refusal::Budget::Files: return KEMU_BUDGET_FILES;
    case kemu::Refusal::Budget::Memory: return KEMU_BUDGET_MEMORY;
  }
  return KEMU_BUDGET_MEMORY;
}

/// A machine that `make(options)` forks, and that keeps what its programs write.
template <typename Make>
kemu_machine* forked(const Make& make) {
  auto machine = std::make_unique<kemu_machine>();
  const auto keep = [&](int descriptor) {
    return [kept = &machine->outputs[{0, descriptor}]](std::string_view bytes) { *kept += bytes; };
  };
  kemu::ForkOptions options;
  options.output = keep(1);
  options.error = keep(2);
  machine->machine = value_or_fail(make(options));
  return machine.release();
}

kemu_run_end run(kemu_machine* machine, const kemu::RunOptions& options) {
  kemu::Machine& runs = of(machine);
  switch (runs.run(options)) {
    case kemu::RunEnd::Exited: return KEMU_EXITED;
    case kemu::RunEnd::Condition: return KEMU_CONDITION;
    case kemu::RunEnd::Stopped: return KEMU_STOPPED;
    case kemu::RunEnd::Deadlocked: return KEMU_DEADLOCKED;
    case kemu::RunEnd::OutOfBlocks: return KEMU_OUT_OF_BLOCKS;
    case kemu::RunEnd::OutOfTime: return KEMU_OUT_OF_TIME;
    case kemu::RunEnd::OutOfOutput: return KEMU_OUT_OF_OUTPUT;
    case kemu::RunEnd::Interrupted: return KEMU_INTERRUPTED;
    case kemu::RunEnd::OutOfInstructions: return KEMU_OUT_OF_INSTRUCTIONS;
    case kemu::RunEnd::Breakpoint: return KEMU_BREAKPOINT;
    case kemu::RunEnd::InCallback: fail("a callback cannot run guests");
    case kemu::RunEnd::CallbackFailed: break;
  }
  keep_error(runs.take_failure().c_str());
  return KEMU_CALLBACK_FAILED;
}

}  // namespace

extern "C" {

const char* kemu_version(void) { return kemu::version().data(); }
const char* kemu_last_error(void) { return last_error().c_str(); }

int kemu_buffer_append(kemu_buffer* buffer, const char* data, size_t size) {
  return done([&] { given(buffer, "buffer").bytes += bytes(data, size); });
}

kemu_options* kemu_options_new(void) {
  return guarded<kemu_options*>(nullptr, [] { return new kemu_options; });
}

void kemu_options_free(kemu_options* options) { delete options; }

int kemu_options_root(kemu_options* options, const char* host_path) {
  return done([&] { of(options).root = host_path ? host_path : ""; });
}

int kemu_options_sysroot(kemu_options* options, const char* host_path) {
  return done([&] { of(options).sysroot = host_path ? host_path : ""; });
}

int kemu_options_bind(kemu_options* options, const char* host_path, const char* guest_path,
                      int read_only) {
  return done([&] {
    of(options).binds.push_back(
        {text(host_path, "host_path"), text(guest_path, "guest_path"), read_only != 0});
  });
}

int kemu_options_overlay(kemu_options* options, const char* guest_path, const char* upper) {
  return done([&] {
    of(options).overlays.push_back({text(guest_path, "guest_path"), upper ? upper : ""});
  });
}

int kemu_options_directory(kemu_options* options, const char* guest_path) {
  return done([&] { of(options).directories.push_back(text(guest_path, "guest_path")); });
}

int kemu_options_link(kemu_options* options, const char* guest_path, const char* target) {
  return done([&] {
    of(options).links.push_back({text(guest_path, "guest_path"), text(target, "target")});
  });
}

int kemu_options_file(kemu_options* options, const char* guest_path, const char* data, size_t size,
                      unsigned permissions) {
  return done([&] {
    of(options).files.push_back(
        {text(guest_path, "guest_path"), bytes(data, size), {}, {}, permissions});
  });
}

int kemu_options_live_file(kemu_options* options, const char* guest_path, unsigned permissions,
                           kemu_read_function read, kemu_write_function write, void* context) {
  return done([&] {
    kemu::VirtualFile file{text(guest_path, "guest_path"), {}, {}, {}, permissions};
    const std::string what = "'" + file.path + "'";
    if (read)
      file.read = [read, context, what] {
        kemu_buffer contents;
        if (const int result = read(context, &contents); result != 0)
          fail("the callback for " + what + " failed: " + std::to_string(result));
        return contents.bytes;
      };
    if (write) file.write = sink(write, context, what);
    of(options).files.push_back(std::move(file));
  });
}

int kemu_options_memory_limit(kemu_options* options, uint64_t limit) {
  return done([&] { of(options).memory_limit = limit; });
}

int kemu_options_fake_root(kemu_options* options, int on) {
  return done([&] { of(options).fake_root = on != 0; });
}

int kemu_options_network(kemu_options* options, kemu_network network) {
  return done([&] {
    using Network = kemu::MachineOptions::Network;
    switch (network) {
      case KEMU_NETWORK_HOST: of(options).network = Network::Host; return;
      case KEMU_NETWORK_LOOPBACK: of(options).network = Network::Loopback; return;
      case KEMU_NETWORK_NONE: of(options).network = Network::None; return;
    }
    fail("no network is numbered " + std::to_string(network));
  });
}

int kemu_options_deterministic(kemu_options* options, uint64_t seed) {
  return done([&] { deterministic(of(options)).seed = seed; });
}

int kemu_options_schedule_seed(kemu_options* options, uint64_t seed) {
  return done([&] { deterministic(of(options)).schedule_seed = seed; });
}

int kemu_options_budget(kemu_options* options, kemu_budget budget, uint64_t limit) {
  return done([&] {
    kemu::Budgets& budgets = of(options).budgets;
    switch (budget) {
      case KEMU_BUDGET_BLOCKS: budgets.blocks = limit; return;
      case KEMU_BUDGET_TIME: budgets.time = limit; return;
      case KEMU_BUDGET_PROCESSES: budgets.processes = limit; return;
      case KEMU_BUDGET_FILES: budgets.files = limit; return;
      case KEMU_BUDGET_OUTPUT: budgets.output = limit; return;
      case KEMU_BUDGET_MEMORY: of(options).memory_limit = limit; return;
    }
    fail("no budget is numbered " + std::to_string(budget));
  });
}

int kemu_options_trace(kemu_options* options, const char* filter, kemu_write_function write,
                       void* context) {
  return done([&] {
    of(options).trace = sink(write, context, "the trace");
    of(options).trace_filter = filter ? filter : "";
  });
}

int kemu_options_trace_style(kemu_options* options, const kemu_trace_style* style) {
  return done([&] {
    const kemu_trace_style& from = given(style, "style");
    using Options = kemu::TraceOptions;
    const auto choice = [](int value, auto last, const char* what) {
      if (value < 0 || value > static_cast<int>(last))
        fail("no " + std::string(what) + " is numbered " + std::to_string(value));
      return static_cast<decltype(last)>(value);
    };
    Options to;
    to.string_limit = from.string_limit;
    to.paths = from.paths != 0;
    to.durations = from.durations != 0;
    to.stable = from.stable != 0;
    to.times = choice(from.times, Options::Times::Relative, "kind of times");
    to.summary = choice(from.summary, Options::Summary::Added, "summary");
    to.format = choice(from.format, Options::Format::Chrome, "format");
    of(options).trace_options = to;
  });
}

int kemu_options_inject(kemu_options* options, const char* rule) {
  return done([&] { of(options).inject.push_back(text(rule, "rule")); });
}

int kemu_options_report(kemu_options* options, kemu_write_function write, void* context) {
  return done([&] { of(options).report = sink(write, context, "the report"); });
}

int kemu_options_log_level(kemu_options* options, const char* level) {
  return done([&] { of(options).log_level = text(level, "level"); });
}

kemu_program* kemu_program_new(size_t argc, const char* const* argv) {
  return guarded<kemu_program*>(nullptr, [&] {
    auto program = std::make_unique<kemu_program>();
    for (size_t i = 0; i < argc; ++i)
      program->program.argv.push_back(text((&given(argv, "argv"))[i], "an argument"));
    return program.release();
  });
}

void kemu_program_free(kemu_program* program) { delete program; }

int kemu_program_path(kemu_program* program, const char* guest_path) {
  return done([&] { of(program).path = text(guest_path, "guest_path"); });
}

int kemu_program_environment(kemu_program* program, const char* assignment) {
  return done([&] { of(program).environment.push_back(text(assignment, "assignment")); });
}

int kemu_program_directory(kemu_program* program, const char* guest_path) {
  return done([&] { of(program).cwd = text(guest_path, "guest_path"); });
}

int kemu_program_stream(kemu_program* program, int descriptor, kemu_stream stream) {
  return done([&] {
    kemu_program& sets = given(program, "program");
    (void)stream_of(sets, descriptor);
    switch (stream) {
      case KEMU_STREAM_INHERITED: set_stream(sets, descriptor, Stream::inherited()); return;
      case KEMU_STREAM_CLOSED: set_stream(sets, descriptor, Stream::closed()); return;
      case KEMU_STREAM_NULL: set_stream(sets, descriptor, Stream::null()); return;
      case KEMU_STREAM_CAPTURED:
        need_output(descriptor);
        set_stream(sets, descriptor, Stream::null());
        sets.captured[static_cast<size_t>(descriptor)] = true;
        return;
      case KEMU_STREAM_MERGED:
        if (descriptor != 2) fail("descriptor 2 alone is merged");
        set_stream(sets, descriptor, Stream::null());
        sets.merged = true;
        return;
    }
    fail("no stream is numbered " + std::to_string(stream));
  });
}

int kemu_program_input(kemu_program* program, const char* data, size_t size) {
  return done([&] { set_stream(given(program, "program"), 0, Stream::bytes(bytes(data, size))); });
}

int kemu_program_output(kemu_program* program, int descriptor, kemu_write_function write,
                        void* context) {
  return done([&] {
    need_output(descriptor);
    const std::string what = "descriptor " + std::to_string(descriptor);
    set_stream(given(program, "program"), descriptor, Stream::to(sink(write, context, what)));
  });
}

int kemu_program_pipe(kemu_program* program, int descriptor, const kemu_pipe* pipe) {
  return done([&] {
    kemu::ProgramPipe ends = given(pipe, "pipe").pipe;
    // Holding the other end as well, a program would keep the pipe from ever ending.
    if (descriptor == 0)
      ends.write_end = nullptr;
    else
      ends.read_end = nullptr;
    set_stream(given(program, "program"), descriptor, Stream::pipe(std::move(ends)));
  });
}

kemu_machine* kemu_machine_new(const kemu_options* options) {
  return guarded<kemu_machine*>(nullptr, [&] {
    auto machine = std::make_unique<kemu_machine>();
    machine->machine = value_or_fail(kemu::Machine::create(given(options, "options").options));
    return machine.release();
  });
}

void kemu_machine_free(kemu_machine* machine) { delete machine; }

kemu_machine* kemu_machine_fork(kemu_machine* machine) {
  return guarded<kemu_machine*>(nullptr, [&] {
    return forked([&](const kemu::ForkOptions& options) { return of(machine).fork(options); });
  });
}

kemu_snapshot* kemu_machine_snapshot(kemu_machine* machine) {
  return guarded<kemu_snapshot*>(nullptr, [&] {
    return new kemu_snapshot{value_or_fail(of(machine).snapshot()), machine};
  });
}

void kemu_snapshot_free(kemu_snapshot* snapshot) { delete snapshot; }

kemu_machine* kemu_snapshot_start(const kemu_snapshot* snapshot) {
  return guarded<kemu_machine*>(nullptr, [&] {
    const kemu::Snapshot& from = given(snapshot, "snapshot").snapshot;
    return forked([&](const kemu::ForkOptions& options) { return from.start(options); });
  });
}

int kemu_machine_restore(kemu_machine* machine, const kemu_snapshot* snapshot) {
  return done([&] {
    kemu::Machine& restored = of(machine);
    if (given(snapshot, "snapshot").machine != machine) fail("the snapshot is another machine's");
    if (const auto error = restored.restore(snapshot->snapshot)) fail(error->message);
  });
}

kemu_pipe* kemu_pipe_new(kemu_machine* machine) {
  return guarded<kemu_pipe*>(nullptr, [&] { return new kemu_pipe{of(machine).make_pipe()}; });
}

void kemu_pipe_free(kemu_pipe* pipe) { delete pipe; }

int kemu_machine_spawn(kemu_machine* machine, const kemu_program* program) {
  return guarded(-1, [&] {
    kemu::Machine& starts = of(machine);
    kemu::Program copy = given(program, "program").program;
    // The outputs are kept by pid, which is known only when the streams are set up already.
    Captures captures;
    for (int descriptor = 1; descriptor <= 2; ++descriptor) {
      const auto index = static_cast<size_t>(descriptor);
      if (!program->captured[index]) continue;
      auto kept = captures[index] = std::make_shared<std::string*>(nullptr);
      Stream& stream = descriptor == 1 ? copy.output : copy.error;
      stream = Stream::to([kept](std::string_view written) { **kept += written; });
    }
    if (program->merged) copy.error = copy.output;
    const int pid = value_or_fail(starts.spawn(copy));
    for (int descriptor = 1; descriptor <= 2; ++descriptor)
      if (const auto& kept = captures[static_cast<size_t>(descriptor)])
        *kept = &machine->outputs[{pid, descriptor}];
    return pid;
  });
}

kemu_run_end kemu_machine_run(kemu_machine* machine) {
  return guarded(KEMU_FAILED, [&] { return run(machine, {}); });
}

kemu_run_end kemu_machine_run_until(kemu_machine* machine, kemu_condition_function condition,
                                    void* context) {
  return guarded(KEMU_FAILED, [&] {
    if (condition == nullptr) fail("condition is NULL");
    return run(machine, {[=] { return condition(context) != 0; }, false});
  });
}

kemu_run_end kemu_machine_run_for(kemu_machine* machine, uint64_t blocks, uint64_t instructions) {
  return guarded(KEMU_FAILED, [&] {
    kemu::RunOptions options;
    if (blocks > 0) options.blocks = blocks;
    if (instructions > 0) options.instructions = instructions;
    return run(machine, options);
  });
}

int kemu_machine_run_rest(kemu_machine* machine) {
  return done([&] {
    kemu::Machine& runs = of(machine);
    runs.run_rest();
    if (const std::string failure = runs.take_failure(); !failure.empty()) fail(failure);
  });
}

int kemu_machine_interrupt(kemu_machine* machine) {
  return done([&] { of(machine).interrupt(); });
}

int kemu_machine_forget_interrupt(kemu_machine* machine) {
  return guarded(-1, [&] { return of(machine).forget_interrupt() ? 1 : 0; });
}

// Signal-safe: nothing of it allocates where it does not fail.
int kemu_machine_post_signal(kemu_machine* machine, int signal) {
  if (machine == nullptr || signal < 1 || signal > 64) return -1;
  machine->machine->post_signal(signal);
  return 0;
}

int kemu_machine_status(kemu_machine* machine, int pid, kemu_status* status) {
  return guarded(-1, [&] {
    const auto ended = of(machine).exit_status(pid);
    kemu_status& tells = given(status, "status");
    if (ended) tells = {ended->code, ended->signal};
    return ended ? 1 : 0;
  });
}

const char* kemu_machine_output(kemu_machine* machine, int pid, int descriptor, size_t* size) {
  return guarded<const char*>(nullptr, [&] {
    const auto& outputs = given(machine, "machine").outputs;
    const auto found = outputs.find({pid, descriptor});
    if (found == outputs.end())
      fail("descriptor " + std::to_string(descriptor) + " of program " + std::to_string(pid) +
           " is not captured");
    if (size) *size = found->second.size();
    return found->second.c_str();
  });
}

int kemu_machine_kill(kemu_machine* machine, int pid, int signal) {
  return done([&] {
    if (!of(machine).kill(pid, signal))
      fail("cannot send signal " + std::to_string(signal) + " to process " + std::to_string(pid));
  });
}

const char* kemu_machine_explain(kemu_machine* machine) {
  return guarded<const char*>(nullptr, [&] {
    machine->explanation = of(machine).explain();
    return machine->explanation.c_str();
  });
}

const char* kemu_machine_trace_summary(kemu_machine* machine) {
  return guarded<const char*>(nullptr, [&] {
    machine->trace_summary = of(machine).trace_summary();
    return machine->trace_summary.c_str();
  });
}

const char* kemu_machine_trace_end(kemu_machine* machine) {
  return guarded<const char*>(nullptr, [&] {
    machine->trace_end = of(machine).trace_end();
    return machine->trace_end.c_str();
  });
}

int kemu_machine_statistics(kemu_machine* machine, kemu_statistics* statistics) {
  return done([&] {
    const kemu::Statistics from = of(machine).statistics();
    given(statistics, "statistics") = {
        from.system_calls, from.task_switches,      from.forks,       from.execs,
        from.signals,      from.frames_in_use,      from.frames_peak, from.tlb_fills,
        from.tlb_flushes,  from.code_invalidations, from.blocks,      from.instructions};
  });
}

int kemu_machine_request_report(kemu_machine* machine) {
  return done([&] { of(machine).request_report(); });
}

int kemu_machine_refusal(kemu_machine* machine, kemu_budget budget, kemu_refusal* refusal) {
  return guarded(-1, [&] {
    kemu_refusal& tells = given(refusal, "refusal");
    for (kemu::Refusal& found : of(machine).refusals()) {
      if (number_of(found.budget) != budget) continue;
      machine->refusal = std::move(found);
      tells = {machine->refusal.limit, machine->refusal.times, machine->refusal.pid,
               machine->refusal.program.c_str()};
      return 1;
    }
    return 0;
  });
}

int kemu_machine_missing(kemu_machine* machine, size_t index, kemu_missing* missing) {
  return guarded(-1, [&] {
    kemu_missing& tells = given(missing, "missing");
    // Asked anew from the start of the list alone, so that its strings stay where they are.
    if (index == 0) machine->missing = of(machine).missing();
    if (index >= machine->missing.size()) return 0;
    const kemu::MissingFeature& found = machine->missing[index];
    tells = {found.what.c_str(), found.answer.c_str(),  found.times,
             found.pid,          found.program.c_str(), found.probed};
    return 1;
  });
}

}  // extern "C"
