#pragma once

#include <map>
#include <string>
#include <string_view>

#include "process/trace_event.h"

namespace kemu {

// The forms of a trace for programs (docs/tracing.md).

/// A JSON string, quotes included. What is no UTF-8 is written as strace writes bytes: "\\377".
std::string json_string(std::string_view bytes);

enum class TraceTimes : bool { LeftOut, Shown };
/// An event as a JSON object on a line of its own.
std::string json_trace_line(const TraceEvent& event, TraceTimes times);

/// Chrome's trace-event format, as a JSON array: a track for each process, a slice for each call.
class ChromeTrace {
 public:
  /// What an event adds to the file.
  std::string text(const TraceEvent& event);
  /// What completes the file.
  std::string end() const { return is_empty_ ? "[\n]\n" : "\n]\n"; }

 private:
  std::string element(const std::string& members);

  bool is_empty_ = true;
  std::map<int, std::string, std::less<>> names_;  // of the tracks, as they were last told
};

}  // namespace kemu
