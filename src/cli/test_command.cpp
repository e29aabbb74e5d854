#include "cli/test_command.h"

#include <unistd.h>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "cli/run_end.h"
#include "cli/values.h"
#include "kemu/machine.h"
#include "testing/test_runner.h"

namespace kemu::cli {

namespace {

constexpr int kUsageStatus = 125;
namespace fs = std::filesystem;

struct TestOptions {
  std::vector<std::string> paths;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  bool update = false, quiet = false, verbose = false, tap = false;
  std::string junit;
  std::string shell, root, seed = "0", chaos, max_time = "24h", max_memory = "1G";
  std::string max_output = "64M";
  std::uint64_t max_blocks = 10'000'000'000;
  std::optional<std::uint64_t> max_processes, max_files;
  bool strict = false, verify = false;
  std::vector<std::string> words;  // of the command line, without the paths
  std::vector<std::string> binds, environment, inject;
  std::size_t indent = 2;
};

int complain(const std::string& message) {
  std::fprintf(stderr, "kemu: %s\n", message.c_str());
  return kUsageStatus;
}

void declare(CLI::App& app, TestOptions& options) {
  app.add_option("paths", options.paths, ".t files, or directories with some in or below them")
      ->type_name("FILE...");
  app.add_option("-j,--jobs", options.jobs, "how many files at a time (default: one a core)")
      ->type_name("N")
      ->check(CLI::Range(1U, 1024U));
  app.add_flag("-u,--update", options.update, "rewrite what is expected to what was printed");
  app.add_flag("-q,--quiet", options.quiet, "print the summary alone");
  app.add_flag("-v,--verbose", options.verbose, "print a line for every file");
  app.add_flag("--tap", options.tap, "print results in the Test Anything Protocol");
  app.add_option("--junit", options.junit, "write results as JUnit's XML")->type_name("FILE");
  app.add_option("--shell", options.shell,
                 "the guests' shell and its options (default: busybox sh; /bin/sh with --root)")
      ->type_name("COMMAND");
  app.add_option("--root", options.root,
                 "a host directory as /; what tests change in it is gone with their machine")
      ->type_name("DIR");
  app.add_option("--bind", options.binds, "show a host path to the guests: HOST[:GUEST[:ro]]")
      ->type_name("SPEC")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--env", options.environment, "set a variable for the tests")
      ->type_name("NAME=VALUE")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--inject", options.inject, "a fault on purpose in every file (docs/faults.md)")
      ->type_name("RULE")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--indent", options.indent, "blanks before commands (default 2)")
      ->type_name("N")
      ->check(CLI::Range(1U, 64U));
  app.add_option("--seed", options.seed, "of the machines' randomness")->type_name("N");
  app.add_option("--chaos", options.chaos, "leave turns and time slices to chance from this seed")
      ->type_name("SEED");
  app.add_option("--max-time", options.max_time, "virtual time a file may take (default 24h)")
      ->type_name("TIME");
  app.add_option("--max-blocks", options.max_blocks, "blocks of code a file may execute")
      ->type_name("N")
      ->check(CLI::Validator(CLI::NonNegativeNumber).description(""));
  app.add_option("--max-output", options.max_output,
                 "bytes a file may print, or with a suffix: k, M, G (default 64M)")
      ->type_name("SIZE");
  app.add_option("--max-memory", options.max_memory,
                 "guest memory of a file in MiB, or with a suffix: k, M, G (default 1G)")
      ->type_name("SIZE");
  app.add_option("--max-processes", options.max_processes,
                 "processes and zombies at a time: beyond it fork says EAGAIN")
      ->type_name("N")
      ->check(CLI::Validator(CLI::NonNegativeNumber).description(""));
  app.add_option("--max-files", options.max_files,
                 "open files at a time, in all processes: beyond it open says ENFILE")
      ->type_name("N")
      ->check(CLI::Validator(CLI::NonNegativeNumber).description(""));
  app.add_flag("--strict", options.strict,
               "fail what asks for something that kemu does not implement");
  app.add_flag("--verify", options.verify, "run each file twice, and fail where the runs differ");
}

/// A program of the host's PATH; "" when there is none.
std::string find_on_host(const std::string& name) {
  if (name.find('/') != std::string::npos) return fs::absolute(name);
  const char* path = std::getenv("PATH");
  for (const std::string& folder : CLI::detail::split(path ? path : "", ':')) {
    const std::string candidate = (folder.empty() ? "." : folder) + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0 && !fs::is_directory(candidate))
      return fs::absolute(candidate);
  }
  return {};
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words = CLI::detail::split(text, ' ');
  std::erase(words, "");
  return words;
}

/// The message about a budget that says nothing, or "".
std::string set_budgets(const TestOptions& options, MachineOptions& machine) {
  machine.budgets.time = parse_duration(options.max_time);
  if (!machine.budgets.time)
    return "--max-time wants a number of s, ms, m or h, not '" + options.max_time + "'";
  machine.budgets.output = parse_size(options.max_output, 1);
  if (!machine.budgets.output)
    return "--max-output wants a number of bytes, k, M or G, not '" + options.max_output + "'";
  const auto memory = parse_size(options.max_memory, kMemoryUnit);
  if (!memory || *memory == 0 || *memory > kMostMemory)
    return "--max-memory wants a number of MiB, or of k, M or G, up to 1024G, not '" +
           options.max_memory + "'";
  machine.memory_limit = *memory;
  machine.budgets.blocks = options.max_blocks;
  machine.budgets.processes = options.max_processes;
  machine.budgets.files = options.max_files;
  return {};
}

/// What every test's machine is made of; the message about what cannot be, or "".
std::string make_runner(const TestOptions& options, cram::RunnerOptions& runner) {
  runner.shell = words_of(!options.shell.empty() ? options.shell
                          : options.root.empty() ? "busybox sh"
                                                 : "/bin/sh");
  if (runner.shell.empty()) return "--shell wants a program";
  if (options.root.empty()) {
    const std::string shell = find_on_host(runner.shell[0]);
    if (shell.empty())
      return "no '" + runner.shell[0] + "' in PATH: name an AArch64 one by --shell";
    auto machine = cram::busybox_machine(shell);
    if (auto* error = std::get_if<Error>(&machine)) return error->message;
    runner.machine = std::get<MachineOptions>(std::move(machine));
    runner.shell[0] = "/bin/busybox";
  } else {
    runner.machine.root = options.root;
    runner.machine.overlays.push_back({});
    runner.machine.fake_root = true;
    runner.machine.network = MachineOptions::Network::None;
    runner.machine.log_level = "error";
  }
  for (const std::string& text : options.binds) {
    auto bind = parse_bind(text);
    if (!bind) return "--bind wants HOST[:/GUEST[:ro]], not '" + text + "'";
    runner.machine.binds.push_back(*bind);
  }
  runner.environment.push_back("PATH=/bin:/usr/bin:/sbin:/usr/sbin");
  for (const std::string& text : options.environment) {
    if (text.find('=') == std::string::npos || text[0] == '=')
      return "--env wants NAME=VALUE, not '" + text + "'";
    runner.environment.push_back(text);
  }
  const auto seed = parse_number(options.seed);
  if (!seed) return "--seed wants a number, not '" + options.seed + "'";
  Deterministic& run = runner.machine.deterministic.emplace();
  run.seed = *seed;
  if (!options.chaos.empty()) {
    run.schedule_seed = parse_number(options.chaos);
    if (!run.schedule_seed) return "--chaos wants a number, not '" + options.chaos + "'";
  }
  // What is wrong with a rule is no test's business.
  MachineOptions empty;
  empty.root.clear();
  runner.machine.inject = empty.inject = options.inject;
  const auto machine = Machine::create(empty);
  if (const auto* error = std::get_if<Error>(&machine)) return error->message;
  runner.indent = options.indent;
  runner.strict = options.strict;
  runner.verify = options.verify;
  return set_budgets(options, runner.machine);
}

/// The `.t` files named, and those in and below the directories named, sorted.
std::string gather(const std::vector<std::string>& paths, std::vector<std::string>& files) {
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      if (!fs::exists(path, error)) return path + ": no such file";
      files.push_back(path);
      continue;
    }
    const std::size_t first = files.size();
    for (const auto& entry : fs::recursive_directory_iterator(path, error))
      if (entry.path().extension() == ".t" && entry.is_regular_file())
        files.push_back(entry.path());
    if (error) return path + ": " + error.message();
    std::sort(files.begin() + static_cast<std::ptrdiff_t>(first), files.end());
  }
  return files.empty() ? "no tests found" : "";
}

/// Runs all files on some threads, and tells of each in the order of the files.
class Batch {
 public:
  Batch(const std::vector<std::string>& files, const cram::RunnerOptions& runner)
      : files_(files), runner_(runner), runs_(files.size()) {}

  template <typename Told>
  void run(unsigned jobs, Told&& told) {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < std::min<std::size_t>(jobs, files_.size()); ++i)
      threads.emplace_back([this] { work(); });
    for (auto& run : runs_) {
      std::unique_lock lock(mutex_);
      ended_.wait(lock, [&] { return run.has_value(); });
      lock.unlock();
      told(*run);
    }
  }

 private:
  void work() {
    for (std::size_t i = next_++; i < files_.size(); i = next_++) {
      auto run = cram::run_test(files_[i], runner_);
      const std::lock_guard lock(mutex_);
      runs_[i] = std::move(run);
      ended_.notify_all();
    }
  }

  const std::vector<std::string>& files_;
  const cram::RunnerOptions& runner_;
  std::vector<std::optional<cram::TestRun>> runs_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::condition_variable ended_;
};

/// SIGUSR1 asks what the guests of all tests do. It is taken by a thread of its own, which may lock
/// what a signal's handler must not.
class ReportOnSignal {
 public:
  explicit ReportOnSignal(cram::RunningMachines& machines) {
    struct sigaction action {};
    ::sigaction(SIGUSR1, nullptr, &action);
    if (action.sa_handler == SIG_IGN) return;  // as kemu was started
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGUSR1);
    // Threads made from now on have it blocked, too.
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    thread_ = std::jthread([this, &machines](const std::stop_token& stop) {
      int signal = 0;
      while (sigwait(&signals_, &signal) == 0 && !stop.stop_requested()) machines.request_reports();
    });
  }
  ~ReportOnSignal() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    pthread_kill(thread_.native_handle(), SIGUSR1);
  }
  ReportOnSignal(const ReportOnSignal&) = delete;
  ReportOnSignal& operator=(const ReportOnSignal&) = delete;

 private:
  sigset_t signals_{};
  std::jthread thread_;
};

/// Replaces a file as a whole or not at all.
bool rewrite(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".kemu-new";
  std::error_code error;
  {
    std::ofstream file(temporary, std::ios::binary);
    file << text;
    if (!file.flush()) return false;
  }
  fs::permissions(temporary, fs::status(path, error).permissions(), error);
  fs::rename(temporary, path, error);
  return !error;
}

void print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

std::string how_to_reproduce(const TestOptions& options, const std::string& file) {
  std::string text = "reproduce it by: kemu";
  for (const std::string& word : options.words) text += " " + shell_word(word);
  return text + " " + shell_word(file);
}

int run_all(const TestOptions& options, const std::vector<std::string>& files,
            const cram::RunnerOptions& runner) {
  const auto verbosity = options.quiet || options.tap ? cram::Verbosity::Quiet
                         : options.verbose            ? cram::Verbosity::Names
                                                      : cram::Verbosity::Progress;
  std::vector<cram::TestResult> results;
  bool lost = false;
  Batch(files, runner).run(options.jobs, [&](const cram::TestRun& run) {
    results.push_back(run.result);
    if (!options.chaos.empty() && run.result.verdict == cram::Verdict::Failed)
      results.back().messages.push_back(how_to_reproduce(options, run.result.name));
    print(cram::progress_text(results.back(), verbosity));
    if (!options.update || !run.updated) return;
    if (rewrite(run.result.name, *run.updated)) return;
    lost = true;
    complain("cannot write '" + run.result.name + "'");
  });
  const cram::Totals totals = cram::count(results);
  print(options.tap ? cram::tap_text(results, cram::TapVersion::V13)
                    : cram::summary_text(totals, verbosity));
  if (!options.junit.empty()) {
    std::ofstream file(options.junit, std::ios::binary);
    file << cram::junit_text(results, "kemu test");
    if (!file.flush()) return complain("cannot write '" + options.junit + "'");
  }
  return lost ? kUsageStatus : cram::exit_status(totals);
}

}  // namespace

int test_command(int argc, char** argv) {
  TestOptions options;
  CLI::App app("Runs tests in cram's format (docs/testing.md), each file in a machine of its own.");
  app.name("kemu test");
  declare(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    print(app.help() +
          "\nExit status: 0 when all tests passed or were skipped, 1 when one did not, "
          "125 when kemu failed.\n");
    return 0;
  } catch (const CLI::ParseError& error) {
    return complain(std::string(error.what()) + "; see 'kemu test --help'");
  }
  cram::RunningMachines machines;
  const ReportOnSignal report(machines);
  cram::RunnerOptions runner;
  if (std::string wrong = make_runner(options, runner); !wrong.empty()) return complain(wrong);
  // The last of what is spelled alike: options come first more often than not.
  options.words.assign(argv, argv + argc);
  for (const std::string& path : options.paths) {
    const auto found = std::find(options.words.rbegin(), options.words.rend(), path);
    if (found != options.words.rend()) options.words.erase(std::next(found).base());
  }
  std::vector<std::string> files;
  if (options.paths.empty()) options.paths.push_back(".");
  if (std::string wrong = gather(options.paths, files); !wrong.empty()) return complain(wrong);
  runner.running = &machines;
  runner.report = [](std::string_view file, std::string_view waits) {
    tell_who_waits(waits, "what the guests of " + std::string(file) + " do:");
  };
  return run_all(options, files, runner);
}

}  // namespace kemu::cli
