#include "base/log.h"

#include <fcntl.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/unique_fd.h"

namespace kemu {

struct Log::Sink {
  spdlog::logger logger;
};

namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::Trace: return spdlog::level::trace;
    case LogLevel::Debug: return spdlog::level::debug;
    case LogLevel::Info: return spdlog::level::info;
    case LogLevel::Warning: return spdlog::level::warn;
    case LogLevel::Error: return spdlog::level::err;
    case LogLevel::Off: return spdlog::level::off;
  }
  return spdlog::level::off;
}

spdlog::logger make_logger(spdlog::sink_ptr sink, LogLevel level) {
  spdlog::logger logger("kemu", std::move(sink));
  logger.set_pattern("kemu: %l: %v");
  logger.set_level(to_spdlog(level));
  logger.flush_on(spdlog::level::trace);
  return logger;
}

}  // namespace

std::optional<LogLevel> log_level_from(std::string_view word) {
  if (word == "trace") return LogLevel::Trace;
  if (word == "debug") return LogLevel::Debug;
  if (word == "info") return LogLevel::Info;
  if (word == "warning") return LogLevel::Warning;
  if (word == "error") return LogLevel::Error;
  if (word == "off") return LogLevel::Off;
  return std::nullopt;
}

Log::Log(LogLevel level)
    : Log(std::unique_ptr<Sink>(
              new Sink{make_logger(std::make_shared<spdlog::sinks::stderr_sink_st>(), level)}),
          level) {}

Log::Log(std::unique_ptr<Sink> sink, LogLevel level) : sink_(std::move(sink)), level_(level) {}

Log::~Log() = default;

Result<std::unique_ptr<Log>> Log::to_file(const std::string& path, LogLevel level) {
  // spdlog would make missing folders on the way; a log nobody can find helps nobody.
  const UniqueFd probe(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
  if (!probe) return host_errno();
  try {
    auto file = std::make_shared<spdlog::sinks::basic_file_sink_st>(path, /*truncate=*/true);
    return std::unique_ptr<Log>(
        new Log(std::unique_ptr<Sink>(new Sink{make_logger(std::move(file), level)}), level));
  } catch (const spdlog::spdlog_ex&) {
    return host_errno();
  }
}

void Log::write(LogLevel level, std::string_view text) {
  sink_->logger.log(to_spdlog(level), "{}", text);
}

}  // namespace kemu
