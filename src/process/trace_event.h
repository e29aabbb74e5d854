#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/types.h"
#include "process/wait_status.h"

namespace kemu {

/// What a strace line says of a call, in parts. They are views of the line.
struct CallText {
  std::string_view name;
  std::vector<std::string_view> arguments;
  std::string_view result;   // what follows "="; "?" of a call that does not return
  std::optional<i64> value;  // the result as a number, where it is one
  std::string_view error;    // "ENOENT", or what else strace names: "ERESTARTSYS"
  bool unfinished = false;   // the process ended in it
};

/// Takes "name(a, b) = 0" apart: commas in strings, structs, arrays and comments divide nothing.
/// Nothing for a text that is no call.
std::optional<CallText> parse_call_text(std::string_view text);

/// One thing that happened, of which each form of the trace shows its part.
struct TraceEvent {
  enum class Kind : u8 { Call, Signal, Fork, Exec, Exit, Note };
  Kind kind = Kind::Note;
  int pid = 0;
  std::string_view program;             // the process's name (comm) when it was over
  Nanoseconds start = 0;                // monotonic
  Nanoseconds real_start = 0;           // since 1970
  std::optional<Nanoseconds> duration;  // of a call that returned
  std::optional<u64> number;            // a call's
  std::optional<int> child;             // of a fork
  std::optional<WaitStatus> status;     // of an exit
  /// The strace line without pid, times and masking; of a fork and an exec, which strace does not
  /// show but as calls, empty.
  std::string_view text;
};

/// What of a filter's lists a call is about.
struct TraceMatch {
  bool descriptor = false;
  bool path = false;
};

using TraceEventSink = std::function<void(const TraceEvent&)>;

}  // namespace kemu
