#include "cli/options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

#include "cli/values.h"

namespace kemu::cli {

namespace {

constexpr int kUsageStatus = 125;  // as env(1) and timeout(1): kemu itself failed

std::string list_text() {
  std::string text;
  for (const SyscallSupport& call : list_syscalls()) {
    std::string name(call.name);
    name.resize(std::max<std::size_t>(name.size(), 24), ' ');
    std::string number = std::to_string(call.number);
    number.insert(0, 4 - std::min<std::size_t>(number.size(), 4), ' ');
    text += number + "  " + name + "  " + std::string(call.level) + "\n";
  }
  return text;
}

std::string version_text() {
  return "kemu " + std::string(version()) + " (Unicorn " + engine_version() + ")\n";
}

/// "DIR" or "DIR:UPPER"; nothing stands for "/".
std::optional<OverlayDirectory> parse_overlay(const std::string& text) {
  OverlayDirectory overlay;
  const auto colon = text.find(':');
  if (colon != 0 && !text.empty()) overlay.path = text.substr(0, colon);
  if (colon != std::string::npos) overlay.upper = text.substr(colon + 1);
  const bool no_upper = colon != std::string::npos && overlay.upper.empty();
  if (!overlay.path.starts_with('/') || no_upper) return std::nullopt;
  return overlay;
}

std::optional<MachineOptions::Network> parse_network(const std::string& text) {
  if (text == "host") return MachineOptions::Network::Host;
  if (text == "loopback") return MachineOptions::Network::Loopback;
  if (text == "none") return MachineOptions::Network::None;
  return std::nullopt;
}

std::string name_of(const std::string& assignment) {
  return assignment.substr(0, assignment.find('='));
}

void remove_variable(std::vector<std::string>& environment, const std::string& name) {
  std::erase_if(environment, [&](const std::string& e) { return name_of(e) == name; });
}

std::vector<std::string> make_environment(const std::vector<std::string>& unset,
                                          const std::vector<std::string>& set) {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry; ++entry) environment.emplace_back(*entry);
  for (const std::string& name : unset) remove_variable(environment, name);
  for (const std::string& assignment : set) {
    const auto same = std::find_if(environment.begin(), environment.end(), [&](const auto& e) {
      return name_of(e) == name_of(assignment);
    });
    if (same != environment.end())
      *same = assignment;
    else
      environment.push_back(assignment);
  }
  return environment;
}

std::string host_cwd() {
  char buffer[4096];
  return ::getcwd(buffer, sizeof buffer) ? buffer : "/";
}

/// The command-line values that need more than being stored.
struct Raw {
  std::vector<std::string> binds, overlays, set, unset;
  std::string fork = "cow", network = "host", cwd, argv0;
  std::vector<std::string> strace;
  std::string strace_times, strace_summary;
  std::string deterministic, chaos, max_time, max_memory, max_output;
  std::string trace, trace_format;
  bool list_syscalls = false, version = false;
};

/// Options of the trace; each asks for one.
void declare_trace_style(CLI::App& app, Options& options, Raw& raw) {
  TraceOptions& trace = options.machine.trace_options;
  app.add_option("--strace-out", options.trace_file, "write the trace to a file")
      ->type_name("FILE");
  app.add_option("--trace", raw.trace, "write the trace to a file, in the form of --trace-format")
      ->type_name("FILE");
  app.add_option("--trace-format", raw.trace_format,
                 "json (an object a line, if not given), chrome (for Perfetto) or strace")
      ->type_name("FORM");
  app.add_option("--strace-strings", trace.string_limit,
                 "how much of strings and arrays is shown (strace -s), 32 if not given")
      ->type_name("N");
  app.add_flag("--strace-paths", trace.paths, "show what descriptors stand for (strace -y)");
  app.add_option("--strace-times", raw.strace_times,
                 "when each event began: seconds, microseconds, epoch or relative "
                 "(strace -t, -tt, -ttt, -r)")
      ->type_name("MODE");
  app.add_flag("--strace-durations", trace.durations,
               "show the seconds each call took (strace -T)");
  app.add_option("--strace-summary", raw.strace_summary,
                 "count calls and print a table of them instead of the trace, or after it: =too "
                 "(strace -c, -C)")
      ->type_name("[=too]");
  app.add_flag("--strace-stable", trace.stable,
               "mask addresses, times and what else differs between two runs");
}

/// Sets `value` to what `word` means; false when it means nothing.
template <typename Value, std::size_t kCount>
bool choose(const std::string& word, const std::array<std::pair<const char*, Value>, kCount>& among,
            Value& value) {
  for (const auto& [name, meaning] : among) {
    if (word != name) continue;
    value = meaning;
    return true;
  }
  return false;
}

/// What budgets say; the message about one that says nothing, or "".
std::string finish_budgets(Options& options, const Raw& raw) {
  Budgets& budgets = options.machine.budgets;
  if (!raw.max_time.empty()) budgets.time = parse_duration(raw.max_time);
  if (!raw.max_time.empty() && !budgets.time)
    return "--max-time wants a number of s, ms, m or h, not '" + raw.max_time + "'";
  if (!raw.max_output.empty()) budgets.output = parse_size(raw.max_output, 1);
  if (!raw.max_output.empty() && !budgets.output)
    return "--max-output wants a number of bytes, k, M or G, not '" + raw.max_output + "'";
  if (raw.max_memory.empty()) return {};
  const auto memory = parse_size(raw.max_memory, kMemoryUnit);
  if (!memory || *memory == 0 || *memory > kMostMemory)
    return "--max-memory wants a number of MiB, or of k, M or G, up to 1024G, not '" +
           raw.max_memory + "'";
  options.machine.memory_limit = *memory;
  return {};
}

/// What the options of reproducible runs say; the message about one that says nothing, or "".
std::string finish_limits(Options& options, const Raw& raw) {
  if (std::string wrong = finish_budgets(options, raw); !wrong.empty()) return wrong;
  if (options.verify) {
    if (options.strace) return "--verify compares traces and shows none: it goes with no --strace";
    options.machine.deterministic.emplace();
  }
  if (raw.deterministic.empty() && raw.chaos.empty()) return {};
  Deterministic& run = options.machine.deterministic.emplace();
  const auto seed = parse_number(raw.deterministic.empty() ? "0" : raw.deterministic);
  if (!seed) return "--deterministic wants a number, not '" + raw.deterministic + "'";
  run.seed = *seed;
  if (raw.chaos.empty()) return {};
  run.schedule_seed = parse_number(raw.chaos);
  return run.schedule_seed ? "" : "--chaos wants a number, not '" + raw.chaos + "'";
}

/// What --trace and --trace-format say; the message about what says nothing, or "".
std::string finish_trace_file(Options& options, const Raw& raw) {
  using Format = TraceOptions::Format;
  constexpr std::array<std::pair<const char*, Format>, 3> kFormats = {
      {{"json", Format::Json}, {"chrome", Format::Chrome}, {"strace", Format::Strace}}};
  Format& format = options.machine.trace_options.format;
  const bool has_file = !raw.trace.empty();
  if (has_file && !options.trace_file.empty())
    return "--trace and --strace-out name a file for one trace: only one of them can be given";
  if (has_file) {
    options.trace_file = raw.trace;
    format = Format::Json;
  }
  if (raw.trace_format.empty()) return {};
  if (!choose(raw.trace_format, kFormats, format))
    return "--trace-format wants json, chrome or strace, not '" + raw.trace_format + "'";
  return has_file ? "" : "--trace-format is the form of a --trace=FILE, which is not given";
}

/// What the trace's options say; the message about one that says nothing, or "".
std::string finish_trace(Options& options, const Raw& raw) {
  using Times = TraceOptions::Times;
  using Summary = TraceOptions::Summary;
  constexpr std::array<std::pair<const char*, Times>, 5> kTimes = {
      {{"", Times::None},
       {"seconds", Times::Seconds},
       {"microseconds", Times::Microseconds},
       {"epoch", Times::Epoch},
       {"relative", Times::Relative}}};
  constexpr std::array<std::pair<const char*, Summary>, 3> kSummaries = {
      {{"", Summary::None}, {"only", Summary::Only}, {"too", Summary::Added}}};
  TraceOptions& trace = options.machine.trace_options;
  if (!choose(raw.strace_times, kTimes, trace.times))
    return "--strace-times wants seconds, microseconds, epoch or relative, not '" +
           raw.strace_times + "'";
  if (!choose(raw.strace_summary, kSummaries, trace.summary))
    return "--strace-summary wants only or too, not '" + raw.strace_summary + "'";
  for (const std::string& expression : raw.strace) options.machine.trace_filter += expression + ";";
  if (std::string wrong = finish_trace_file(options, raw); !wrong.empty()) return wrong;
  if (trace.summary != Summary::None && trace.format != TraceOptions::Format::Strace)
    return "--strace-summary is a table behind strace's lines: it wants --trace-format=strace";
  const TraceOptions plain;
  options.strace = !raw.strace.empty() || !options.trace_file.empty() || trace.paths ||
                   trace.durations || trace.stable || trace.times != Times::None ||
                   trace.summary != Summary::None || trace.string_limit != plain.string_limit;
  return {};
}

void declare_limits(CLI::App& app, Options& options, Raw& raw) {
  app.add_option("--deterministic", raw.deterministic,
                 "a run that is the same each time: virtual time, seeded randomness, files that "
                 "look the same on every host")
      ->type_name("[=SEED]");
  app.add_option("--chaos", raw.chaos,
                 "deterministic, with turns and time slices left to chance from this seed")
      ->type_name("SEED");
  app.add_option("--inject", options.machine.inject,
                 "a fault on purpose, such as 'openat path~*.conf nth=2 error=EIO': see "
                 "docs/faults.md")
      ->type_name("RULE")
      ->expected(1)
      ->take_all();
  app.add_option(
         "--inject-sweep", options.sweep,
         "run the program once for each call of it that could fail, and report what it does "
         "not take well; =EXPR for some calls, as --strace has it")
      ->type_name("[=EXPR]");
  Budgets& budgets = options.machine.budgets;
  app.add_option("--max-blocks", budgets.blocks, "translated blocks the guests may execute in all")
      ->type_name("N")
      ->check(CLI::Validator(CLI::NonNegativeNumber).description(""));
  app.add_option("--max-time", raw.max_time,
                 "how long the guests may run: seconds, or with a suffix: ms, s, m, h")
      ->type_name("TIME");
  app.add_option("--max-output", raw.max_output,
                 "bytes the guests may print: a number, or with a suffix: k, M, G")
      ->type_name("SIZE");
  app.add_option("--max-memory", raw.max_memory,
                 "guest memory in MiB, or with a suffix: k, M, G (8G if not given)")
      ->type_name("SIZE");
  app.add_option("--max-processes", budgets.processes,
                 "processes and zombies at a time: beyond it fork says EAGAIN")
      ->type_name("N")
      ->check(CLI::Validator(CLI::NonNegativeNumber).description(""));
  app.add_option("--max-files", budgets.files,
                 "open files at a time, in all processes: beyond it open says ENFILE")
      ->type_name("N")
      ->check(CLI::Validator(CLI::NonNegativeNumber).description(""));
  app.add_flag("--verify", options.verify,
               "run the program twice, deterministic, and show the first event that differs");
  app.add_flag("--strict", options.strict,
               "fail when a guest asked for something that kemu does not implement");
}

void declare(CLI::App& app, Options& options, Raw& raw) {
  app.prefix_command();
  app.positionals_at_end(false);
  app.add_option("--root", options.machine.root, "host directory the guests see as /")
      ->type_name("DIR");
  app.add_option("--sysroot", options.machine.sysroot,
                 "host directory whose files are found before those of the root: libraries of "
                 "dynamic programs, as with qemu-user's -L")
      ->type_name("DIR");
  app.add_option("--bind", raw.binds, "show a host path to the guests: HOST[:GUEST[:ro]]")
      ->type_name("SPEC")
      ->expected(1)
      ->take_all();
  app.add_option("--overlay", raw.overlays,
                 "keep what guests change in / (or =DIR) in memory, or in a host directory: "
                 "=DIR:UPPER")
      ->type_name("[=SPEC]")
      ->expected(0, 1)
      ->take_all();
  app.add_option("--cwd", raw.cwd, "the guest's working directory")->type_name("DIR");
  app.add_option("--env", raw.set, "set a variable of the guest's environment")
      ->type_name("NAME=VALUE")
      ->expected(1)
      ->take_all();
  app.add_option("--unset-env", raw.unset, "remove a variable from the guest's environment")
      ->type_name("NAME")
      ->expected(1)
      ->take_all();
  app.add_option("--argv0", raw.argv0, "the guest's argv[0], instead of PROGRAM")
      ->type_name("NAME");
  app.add_option("--strace", raw.strace,
                 "trace system calls on standard error; =EXPR as strace's -e has it: "
                 "[trace=]SET of names, %classes and /regexes, ! negates; signal=SET; "
                 "status=successful|failed|unfinished; errno=, fd=, path=, pid=, comm=SET")
      ->type_name("[=EXPR]")
      ->expected(0, 1)
      ->take_all();
  declare_trace_style(app, options, raw);
  app.add_flag("--fakeroot", options.machine.fake_root,
               "the guests are root: owners, rights and devices they set are remembered");
  app.add_option("--fork", raw.fork, "cow (copy-on-write) or eager (copy the bytes at once)")
      ->type_name("MODE");
  app.add_option("--net", raw.network,
                 "host, loopback (127.0.0.0/8 and ::1 alone) or none (a network nobody set up)")
      ->type_name("MODE");
  declare_limits(app, options, raw);
  app.add_option("--log-level", options.machine.log_level,
                 "trace, debug, info, warning, error or off")
      ->type_name("LEVEL");
  app.add_option("--log-file", options.machine.log_file, "write kemu's own messages to a file")
      ->type_name("FILE");
  app.add_flag("--stats", options.stats, "print what was counted when the guest ends");
  app.add_flag("--list-syscalls", raw.list_syscalls, "print the system calls kemu implements");
  app.add_flag("--version", raw.version, "print the versions of kemu and its engine");
}

Leave usage_error(const std::string& message) { return {kUsageStatus, "kemu: " + message + "\n"}; }

/// CLI11 would take the word after a bare --strace (or -h) for its value: only `--strace=FILTER`
/// has one, and everything from PROGRAM on is the guest's.
struct Split {
  std::vector<std::string> own;
  std::vector<std::string> guest;
};

bool takes_value(const CLI::App& app, const std::string& word) {
  if (word == "--strace" || word == "--strace-summary" || word == "--overlay" ||
      word == "--deterministic" || word == "--inject-sweep" || word.find('=') != std::string::npos)
    return false;
  const CLI::Option* option = app.get_option_no_throw(word);
  return option && option->get_items_expected_max() > 0;
}

Split split_arguments(const CLI::App& app, int argc, char** argv) {
  Split split;
  int at = 1;
  for (; at < argc; ++at) {
    const std::string word = argv[at];
    if (word == "--") {
      ++at;
      break;
    }
    if (word.size() < 2 || word[0] != '-') break;
    if (word == "--overlay")
      split.own.push_back("--overlay=/");
    else if (word == "--deterministic")
      split.own.push_back("--deterministic=0");
    else if (word == "--inject-sweep")
      split.own.push_back("--inject-sweep=all");
    else if (word == "--strace-summary")
      split.own.push_back("--strace-summary=only");
    else
      split.own.push_back(word == "--strace" ? "--strace=" : word);
    if (takes_value(app, word) && at + 1 < argc) split.own.push_back(argv[++at]);
  }
  split.guest.assign(argv + at, argv + argc);
  return split;
}

std::variant<Options, Leave> finish(Options options, const Raw& raw,
                                    std::vector<std::string> guest) {
  if (guest.empty() || guest[0].empty()) return usage_error("no program given; see 'kemu --help'");
  for (const std::string& text : raw.binds) {
    auto bind = parse_bind(text);
    if (!bind) return usage_error("--bind wants HOST[:/GUEST[:ro]], not '" + text + "'");
    options.machine.binds.push_back(*bind);
  }
  for (const std::string& text : raw.overlays) {
    auto overlay = parse_overlay(text);
    if (!overlay) return usage_error("--overlay wants /DIR[:UPPER], not '" + text + "'");
    options.machine.overlays.push_back(*overlay);
  }
  for (const std::string& text : raw.set)
    if (text.find('=') == std::string::npos || text[0] == '=')
      return usage_error("--env wants NAME=VALUE, not '" + text + "'");
  if (raw.fork != "cow" && raw.fork != "eager")
    return usage_error("--fork wants cow or eager, not '" + raw.fork + "'");
  const auto network = parse_network(raw.network);
  if (!network) return usage_error("--net wants host, loopback or none, not '" + raw.network + "'");
  options.machine.network = *network;
  if (raw.fork == "eager") options.machine.fork = MachineOptions::Fork::Eager;
  if (std::string wrong = finish_trace(options, raw); !wrong.empty()) return usage_error(wrong);
  if (std::string wrong = finish_limits(options, raw); !wrong.empty()) return usage_error(wrong);

  if (options.sweep && (options.strace || options.stats))
    return usage_error("--inject-sweep runs a program many times and shows no trace and no counts");
  options.machine.host_terminal = true;
  Program& program = options.program;
  program.path = guest[0];
  program.argv = std::move(guest);
  if (!raw.argv0.empty()) program.argv[0] = raw.argv0;
  program.environment = make_environment(raw.unset, raw.set);
  program.cwd = !raw.cwd.empty() ? raw.cwd : options.machine.root == "/" ? host_cwd() : "/";
  return options;
}

}  // namespace

std::variant<Options, Leave> parse_options(int argc, char** argv) {
  Options options;
  options.command_line.assign(argv, argv + argc);
  Raw raw;
  CLI::App app(
      "Runs AArch64 Linux programs: kemu [options] PROGRAM [ARG...]\n"
      "Options come before PROGRAM; what follows it belongs to the guest.");
  app.name("kemu");
  declare(app, options, raw);
  Split split = split_arguments(app, argc, argv);
  std::reverse(split.own.begin(), split.own.end());  // CLI11 parses vectors from their end
  try {
    app.parse(split.own);
  } catch (const CLI::CallForHelp&) {
    return Leave{0, app.help() +
                        "\nExit status: the guest's; 128 + n when signal n killed it; "
                        "127 PROGRAM not found;\n126 it cannot be run; 125 kemu failed; "
                        "124 a budget of blocks, time or output is spent; 123 every\nguest waits "
                        "for another one; 122 --strict and something was missing; 121 --verify "
                        "and\nthe runs differ.\n"};
  } catch (const CLI::ParseError& error) {
    return usage_error(std::string(error.what()) + "; see 'kemu --help'");
  }
  if (raw.version) return Leave{0, version_text()};
  if (raw.list_syscalls) return Leave{0, list_text()};
  if (!app.remaining().empty())
    return usage_error("unknown option '" + app.remaining().front() + "'; see 'kemu --help'");
  return finish(std::move(options), raw, std::move(split.guest));
}

}  // namespace kemu::cli
