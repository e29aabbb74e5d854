#pragma once

#include <algorithm>
#include <bitset>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "process/signals.h"
#include "process/trace_event.h"

namespace kemu {

/// What a filter lists: what is shown, or ("!") what is not. Nothing listed: all is shown.
template <typename T>
struct TraceChoice {
  std::vector<T> listed;
  bool inverted = true;

  bool shows_all() const { return listed.empty() && inverted; }
  /// Of an event that has this one value.
  bool operator()(const T& value) const {
    return (std::find(listed.begin(), listed.end(), value) != listed.end()) != inverted;
  }
};

/// Which events are shown: strace's -e trace=, signal= and status=, and what an event is about.
struct TraceFilter {
  static constexpr unsigned kCalls = 512;  // numbers from here on are shown when `others` says so
  std::bitset<kCalls> calls = std::bitset<kCalls>().set();
  bool others = true;
  SigSet signals = ~SigSet();
  // How a call must have ended; `unfinished` is one that never returns (exit).
  bool successful = true;
  bool failed = true;
  bool unfinished = true;
  // Of calls: descriptors among arguments and results, paths (patterns) they are about, errors.
  TraceChoice<i32> descriptors;
  TraceChoice<std::string> paths;
  TraceChoice<std::string> errors;
  // Of all events: whose they are.
  TraceChoice<i32> pids;
  TraceChoice<std::string> programs;

  /// Whether it matters what files a call is about.
  bool asks_for_files() const { return !descriptors.shows_all() || !paths.shows_all(); }
  bool shows_file(TraceMatch match) const {
    return match.descriptor != descriptors.inverted && match.path != paths.inverted;
  }
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

/// Where events go: as strace lines to one sink, as they are to another. One whole line per event,
/// prefixed with the pid.
class Tracer {
 public:
  using Sink = std::function<void(std::string_view)>;
  /// The name of a living process.
  using ProgramNames = std::function<std::string_view(int pid)>;
  enum class CallEnd : u8 { Successful, Failed, Unfinished };
  /// What the summary tells of one system call.
  struct CallCount {
    u64 calls = 0;
    u64 errors = 0;
    Nanoseconds time = 0;  // from entry to return, sleeping included
  };

  void enable(Sink sink, TraceFilter filter, TraceStyle style, Clock& clock);
  /// Events go to `sink` instead of lines to the other, which may be empty; after enable().
  void send_events(TraceEventSink sink) { state_->events = std::move(sink); }
  /// Who the processes are: events have no names before.
  void set_program_names(ProgramNames names) { state_->names = std::move(names); }
  bool enabled() const { return enabled_; }
  /// Counts and time differences go on from those of `original`.
  void go_on_from(const Tracer& original) {
    state_->last = original.state_->last;
    state_->counts = original.state_->counts;
  }
  bool shows(u64 number) const { return enabled_ && state_->filter(number); }
  /// False when calls are counted only: then nothing needs to be printed of them.
  bool prints() const { return state_->style.summary != TraceStyle::Summary::Only; }
  const TraceStyle& style() const { return state_->style; }
  const TraceFilter& filter() const { return state_->filter; }

  /// A call that ended, which began at `started` (monotonic): the line `text`, and its count.
  void call(int pid, u64 number, std::string text, CallEnd end, Nanoseconds started);
  /// A call in which its process ends.
  void unfinished(int pid, u64 number, std::string text, Nanoseconds started);
  /// A signal about to be delivered; `text` is what comes between the dashes.
  void signal(int pid, Signal signal, std::string_view text);
  void fork(int pid, int child);
  void exec(int pid, std::string_view program);
  void exit(int pid, WaitStatus status);
  /// Writes "[pid 3] text\n": whatever is none of these.
  void line(int pid, std::string_view text);

  /// By call number.
  const std::vector<CallCount>& counts() const { return state_->counts; }

 private:
  TraceEvent event(TraceEvent::Kind kind, int pid) const;
  bool shows_process(int pid) const;
  void send(TraceEvent event);
  void write(int pid, std::string_view text, Nanoseconds when);
  std::string time_text(Nanoseconds when);

  /// Apart from the kernel, which has a tracer whether it is used or not.
  struct State {
    Sink sink;
    TraceEventSink events;
    ProgramNames names;
    TraceFilter filter;
    TraceStyle style;
    Clock* clock = nullptr;
    Nanoseconds last = -1;  // when the event shown before happened
    std::vector<CallCount> counts;
  };
  bool enabled_ = false;
  std::unique_ptr<State> state_ = std::make_unique<State>();
};

}  // namespace kemu
