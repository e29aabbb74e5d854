#pragma once

#include <bitset>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "process/signals.h"

namespace kemu {

/// Which events are shown: strace's -e trace=, signal= and status=.
struct TraceFilter {
  static constexpr unsigned kCalls = 512;  // numbers from here on are shown when `others` says so
  std::bitset<kCalls> calls = std::bitset<kCalls>().set();
  bool others = true;
  SigSet signals = ~SigSet();
  // How a call must have ended; `unfinished` is one that never returns (exit).
  bool successful = true;
  bool failed = true;
  bool unfinished = true;

  bool operator()(u64 number) const { return number < kCalls ? calls[number] : others; }
};

/// How events are shown.
struct TraceStyle {
  u64 string_limit = 32;   // bytes of a string and elements of an array (-s)
  bool paths = false;      // what descriptors stand for (-y)
  bool durations = false;  // seconds spent in each call (-T)
  /// Nothing that differs from run to run: no addresses, no times.
  bool stable = false;
  enum class Times : u8 { None, Seconds, Microseconds, Epoch, Relative } times = Times::None;
  enum class Summary : u8 { None, Only, Added } summary = Summary::None;
};

/// Where strace lines go. One whole line per event, prefixed with the pid.
class Tracer {
 public:
  using Sink = std::function<void(std::string_view)>;
  enum class CallEnd : u8 { Successful, Failed, Unfinished };
  /// What the summary tells of one system call.
  struct CallCount {
    u64 calls = 0;
    u64 errors = 0;
    Nanoseconds time = 0;  // from entry to return, sleeping included
  };

  void enable(Sink sink, TraceFilter filter, TraceStyle style, Clock& clock);
  bool enabled() const { return static_cast<bool>(sink_); }
  bool shows(u64 number) const { return enabled() && filter_(number); }
  /// False when calls are counted only: then nothing needs to be printed of them.
  bool prints() const { return style_.summary != TraceStyle::Summary::Only; }
  const TraceStyle& style() const { return style_; }

  /// A call that ended, which began at `started` (monotonic): the line `text`, and its count.
  void call(int pid, u64 number, std::string text, CallEnd end, Nanoseconds started);
  /// A signal about to be delivered; `text` is what comes between the dashes.
  void signal(int pid, Signal signal, std::string_view text);
  /// Writes "[pid 3] text\n": whatever is neither.
  void line(int pid, std::string_view text);

  /// By call number.
  const std::vector<CallCount>& counts() const { return counts_; }

 private:
  void write(int pid, std::string text, Nanoseconds when);
  std::string time_text(Nanoseconds when);

  Sink sink_;
  TraceFilter filter_;
  TraceStyle style_;
  Clock* clock_ = nullptr;
  Nanoseconds last_ = -1;  // when the event shown before happened
  std::vector<CallCount> counts_;
};

}  // namespace kemu
