#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// kemu as a library: machines that run AArch64 Linux programs on the caller's thread.
namespace kemu {

/// Why something could not be done, in one line without a full stop.
struct Error {
  enum class Kind : std::uint8_t {
    NotFound,       // the program does not exist
    CannotExecute,  // it exists and cannot be run
    Setup,          // the machine itself: memory, mounts, options
  };
  Kind kind = Kind::Setup;
  std::string message;
};

/// A value or an Error.
template <typename T>
using Expected = std::variant<T, Error>;

/// How a guest process ended.
struct ExitStatus {
  int code = 0;    // exit code, 0 to 255, when signal is 0
  int signal = 0;  // the signal that killed it, or 0
};

/// A host directory or file shown to the guests at a path of theirs.
struct Bind {
  std::string host_path;
  std::string guest_path;
  bool read_only = false;
};

/// A directory of the guests' that becomes an overlay: what they change in it is kept elsewhere.
struct OverlayDirectory {
  std::string path = "/";
  /// A host directory for the changes; empty: guest memory, and they are gone with the machine.
  std::string upper;
};

/// How the lines of a trace look, as strace's options of the letters named have it.
struct TraceOptions {
  unsigned string_limit = 32;  // -s: bytes of a string, elements of an array
  bool paths = false;          // -y: what descriptors stand for
  bool durations = false;      // -T: seconds spent in each call
  /// Addresses, times and host inodes masked: a deterministic guest gives the same trace each time.
  bool stable = false;
  enum class Times : std::uint8_t { None, Seconds, Microseconds, Epoch, Relative };
  Times times = Times::None;  // -t, -tt, -ttt, -r
  enum class Summary : std::uint8_t { None, Only, Added };
  Summary summary = Summary::None;  // -c, -C: see Machine::trace_summary
};

struct MachineOptions {
  /// The host directory guests see as "/". /proc and /dev are kemu's own in any case.
  std::string root = "/";
  std::vector<Bind> binds;
  std::vector<OverlayDirectory> overlays;
  /// Guest memory in bytes, at most; beyond it guests get ENOMEM.
  std::uint64_t memory_limit = std::uint64_t{8} << 30;
  enum class Fork : std::uint8_t { CopyOnWrite, Eager } fork = Fork::CopyOnWrite;
  /// The guests are root, and what they do to owners, rights and device nodes of the host's files
  /// is remembered in the machine, as fakeroot(1) does it.
  bool fake_root = false;
  /// What of the host's network guests see: all the caller has, 127.0.0.0/8 and ::1 alone (Setup
  /// error where the host cannot keep sockets to that), or nothing, as on an unconfigured machine.
  enum class Network : std::uint8_t { Host, Loopback, None } network = Network::Host;
  /// "trace", "debug", "info", "warning", "error" or "off"; kemu's own messages, on standard error
  /// or in `log_file`.
  std::string log_level = "warning";
  std::string log_file;
  /// Gets each strace line of the whole process tree, ending in a newline; empty: no tracing.
  std::function<void(std::string_view)> trace;
  /// Which events are traced: strace's -e expressions (trace=, signal=, status=), separated by ";";
  /// empty: all.
  std::string trace_filter;
  TraceOptions trace_options;
};

struct Program {
  /// A path in the guests' file system; without a slash: a file in `cwd`, else looked for in the
  /// PATH of `environment`.
  std::string path;
  std::vector<std::string> argv;         // argv[0] included
  std::vector<std::string> environment;  // "NAME=value"
  std::string cwd = "/";                 // in the guests' file system
};

struct Statistics {
  std::uint64_t system_calls = 0;
  std::uint64_t task_switches = 0;
  std::uint64_t forks = 0;
  std::uint64_t execs = 0;
  std::uint64_t signals = 0;
  std::uint64_t frames_in_use = 0;  // of 4 KiB
  std::uint64_t frames_peak = 0;
  std::uint64_t tlb_fills = 0;
  std::uint64_t tlb_flushes = 0;
  std::uint64_t code_invalidations = 0;
};

/// Why `Machine::run` came back.
enum class RunEnd : std::uint8_t {
  FirstExited,  // the program started ended (others may go on; run again for them)
  AllExited,    // no guest process is left
  Stopped,      // the program started was stopped (^Z); post SIGCONT and run again
};

/// One machine: guest memory, mounts and processes. Several of them share nothing. Not thread safe,
/// but for `post_signal`.
class Machine {
 public:
  static Expected<std::unique_ptr<Machine>> create(const MachineOptions& options);
  ~Machine();

  /// Starts the first program, with the caller's descriptors 0, 1 and 2. The pid.
  Expected<int> start(const Program& program);
  /// Runs guests on the calling thread.
  RunEnd run();
  /// Goes on, after the first program ended, until no guest is left.
  void run_rest();
  /// How the first program ended, once it has.
  std::optional<ExitStatus> exit_status() const;
  /// Delivers a host signal to the guests in the foreground. May be called from a signal handler.
  void post_signal(int signal);
  Statistics statistics() const;
  /// The table of calls counted so far; empty unless the trace options ask for it.
  std::string trace_summary() const;

 private:
  struct Parts;
  explicit Machine(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// One implemented system call, as the support table shows it.
struct SyscallSupport {
  unsigned number = 0;
  std::string_view name;
  std::string_view level;  // "full", "partial", "refused"
};
std::vector<SyscallSupport> list_syscalls();

/// "0.1.0" and "2.1.1".
std::string_view version();
std::string engine_version();

}  // namespace kemu
