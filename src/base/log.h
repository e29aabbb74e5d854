#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kemu {

enum class LogLevel { Trace, Debug, Info, Warning, Error, Off };

/// "trace" … "off", as the command line spells them; nothing for another word.
std::optional<LogLevel> log_level_from(std::string_view word);

/// A machine's own log: messages about kemu itself, never the guests' output. Each machine has one;
/// there is no global logger.
class Log {
 public:
  /// Writes to standard error from `level` on.
  explicit Log(LogLevel level = LogLevel::Warning);
  /// Writes to `path` (truncated first). Fails with the host's errno.
  static Result<std::unique_ptr<Log>> to_file(const std::string& path, LogLevel level);
  ~Log();

  bool enabled(LogLevel level) const { return level >= level_; }

  template <typename... Args>
  void debug(fmt::format_string<Args...> text, Args&&... args) {
    if (enabled(LogLevel::Debug))
      write(LogLevel::Debug, fmt::format(text, std::forward<Args>(args)...));
  }
  template <typename... Args>
  void info(fmt::format_string<Args...> text, Args&&... args) {
    if (enabled(LogLevel::Info))
      write(LogLevel::Info, fmt::format(text, std::forward<Args>(args)...));
  }
  template <typename... Args>
  void warning(fmt::format_string<Args...> text, Args&&... args) {
    if (enabled(LogLevel::Warning))
      write(LogLevel::Warning, fmt::format(text, std::forward<Args>(args)...));
  }

 private:
  struct Sink;
  Log(std::unique_ptr<Sink> sink, LogLevel level);
  void write(LogLevel level, std::string_view text);

  std::unique_ptr<Sink> sink_;
  LogLevel level_;
};

}  // namespace kemu
