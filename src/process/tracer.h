#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace kemu {

/// Where strace lines go. One whole line per event, prefixed with the pid.
class Tracer {
 public:
  using Sink = std::function<void(std::string_view)>;
  /// Which system calls are shown, by number; asked once per call while tracing.
  using Filter = std::function<bool(unsigned)>;

  void enable(Sink sink, Filter filter) {
    sink_ = std::move(sink);
    filter_ = std::move(filter);
  }
  bool enabled() const { return static_cast<bool>(sink_); }
  bool shows(unsigned number) const { return enabled() && (!filter_ || filter_(number)); }
  /// Writes "[pid 3] text\n".
  void line(int pid, std::string_view text);

 private:
  Sink sink_;
  Filter filter_;
};

}  // namespace kemu
