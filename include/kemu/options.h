#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kemu {

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
  /// strace's lines; an object a line (docs/tracing.md); or the trace-event form of Chrome, which
  /// Perfetto loads, and which Machine::trace_end() completes.
  enum class Format : std::uint8_t { Strace, Json, Chrome };
  Format format = Format::Strace;
};

/// What a machine may use up, beside memory (`MachineOptions::memory_limit`). Of blocks, time and
/// output the run ends when they are spent; without a process, a file or memory guests have to do:
/// they get an error, and `Machine::refusals` tells who.
struct Budgets {
  std::optional<std::uint64_t> blocks;     // translated blocks of guest code executed
  std::optional<std::uint64_t> time;       // nanoseconds of the machine's clock since it was made
  std::optional<std::uint64_t> output;     // bytes written to sinks and the caller's own streams
  std::optional<std::uint64_t> processes;  // at a time, zombies included: fork says EAGAIN
  std::optional<std::uint64_t> files;      // open at a time in all processes: open says ENFILE
};

/// Runs that are the same whenever and wherever they are made: time is virtual and passes with the
/// guests' work, sleeping takes none of the caller's; randomness comes from the seed; files of the
/// host have fixed times and inode numbers, and directories are sorted. What comes in from a
/// terminal, a pipe or a socket of the host is not under this control.
struct Deterministic {
  std::uint64_t seed = 0;
  /// Nanoseconds after 1970 at which the machine boots: 2020-01-01 if not set.
  std::int64_t start_time = std::int64_t{1'577'836'800} * 1'000'000'000;
  /// Whose turn it is, and for how long, is left to chance from this seed: other interleavings of
  /// the processes, each of them reproducible.
  std::optional<std::uint64_t> schedule_seed;
};

/// A file that the host program makes up. Guests find it at `path`, whatever stands there.
struct VirtualFile {
  std::string path;
  std::string contents;
  /// Instead of `contents`: makes them whenever a guest reads the file from its start.
  std::function<std::string()> read;
  /// Gets what a guest writes, a write(2) at a time; empty: nobody may write.
  std::function<void(std::string_view)> write;
  std::uint32_t permissions = 0644;
};

struct SymbolicLink {
  std::string path;
  std::string target;
};

struct MachineOptions {
  /// The host directory guests see as "/"; empty: a directory in guest memory with nothing in it
  /// but an empty /tmp. /proc, /sys and /dev are kemu's own in any case.
  std::string root = "/";
  /// A host directory whose files are found before those of the root, as with qemu-user's -L: where
  /// a dynamic program's interpreter and libraries are. What both have as a directory is both;
  /// guests that create a file there create it in the root. Empty: none.
  std::string sysroot;
  std::vector<Bind> binds;
  std::vector<OverlayDirectory> overlays;
  /// Made if they are not there, with the directories above them. They should lie in an overlay
  /// or in a root in memory: elsewhere they are made on the host.
  std::vector<std::string> directories;
  std::vector<SymbolicLink> links;
  std::vector<VirtualFile> files;
  /// /dev/tty and job control of the caller's terminal, if a standard stream is one.
  bool host_terminal = false;
  /// Guest memory in bytes, at most, rounded down to pages of 4 KiB. Beyond it calls say ENOMEM,
  /// and who touches a page that cannot be had is killed by SIGKILL, as by Linux's OOM killer.
  std::uint64_t memory_limit = std::uint64_t{8} << 30;
  enum class Fork : std::uint8_t { CopyOnWrite, Eager } fork = Fork::CopyOnWrite;
  /// The guests are root, and what they do to owners, rights and device nodes of the host's files
  /// is remembered in the machine, as fakeroot(1) does it.
  bool fake_root = false;
  std::optional<Deterministic> deterministic;
  Budgets budgets;
  /// Faults on purpose, a rule each, such as "openat path~*.conf nth=2 error=EIO": which calls go
  /// wrong, and how. See docs/faults.md. A rule that says nothing is a Setup error with its place.
  std::vector<std::string> inject;
  /// What of the host's network guests see: all the caller has, 127.0.0.0/8 and ::1 alone (Setup
  /// error where the host cannot keep sockets to that), or nothing, as on an unconfigured machine.
  enum class Network : std::uint8_t { Host, Loopback, None } network = Network::Host;
  /// Gets what `Machine::explain` says when `Machine::request_report` was called; empty: nobody
  /// does.
  std::function<void(std::string_view)> report;
  /// "trace", "debug", "info", "warning", "error" or "off"; kemu's own messages, on standard error
  /// or in `log_file`.
  std::string log_level = "warning";
  std::string log_file;
  /// Gets each event of the whole process tree as a line (trace_options.format), newline included;
  /// empty: no tracing.
  std::function<void(std::string_view)> trace;
  /// Which events are traced: strace's -e expressions (trace=, signal=, status=), and path=, fd=,
  /// pid=, comm= and errno=, separated by ";"; empty: all. See docs/tracing.md.
  std::string trace_filter;
  TraceOptions trace_options;
};

}  // namespace kemu
