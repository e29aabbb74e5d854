#include "process/tracer.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "process/stable_trace.h"

namespace kemu {

namespace {

std::string duration_text(Nanoseconds time) {
  const Nanoseconds microseconds = time / 1000;
  return fmt::format("{}.{:06}", microseconds / 1'000'000, microseconds % 1'000'000);
}

}  // namespace

void Tracer::enable(Sink sink, TraceFilter filter, TraceStyle style, Clock& clock) {
  sink_ = std::move(sink);
  filter_ = filter;
  style_ = style;
  clock_ = &clock;
  counts_.assign(style.summary == TraceStyle::Summary::None ? 0 : TraceFilter::kCalls, {});
}

void Tracer::call(int pid, u64 number, std::string text, CallEnd end, Nanoseconds started) {
  const bool shown = end == CallEnd::Successful ? filter_.successful
                     : end == CallEnd::Failed   ? filter_.failed
                                                : filter_.unfinished;
  if (!shown) return;
  const Nanoseconds spent = clock_->now(HostClock::Monotonic) - started;
  // strace counts what came back only.
  if (number < counts_.size() && end != CallEnd::Unfinished) {
    CallCount& count = counts_[number];
    ++count.calls;
    if (end == CallEnd::Failed) ++count.errors;
    count.time += spent;
  }
  if (!prints()) return;
  if (style_.durations && !style_.stable && end != CallEnd::Unfinished)
    text += fmt::format(" <{}>", duration_text(spent));
  write(pid, std::move(text), started);
}

void Tracer::signal(int pid, Signal signal, std::string_view text) {
  if (enabled() && filter_.signals.has(signal)) line(pid, fmt::format("--- {} ---", text));
}

void Tracer::line(int pid, std::string_view text) {
  if (enabled() && prints()) write(pid, std::string(text), clock_->now(HostClock::Monotonic));
}

void Tracer::write(int pid, std::string text, Nanoseconds when) {
  if (style_.stable) return sink_(fmt::format("[pid {}] {}\n", pid, stable_trace_text(text)));
  sink_(fmt::format("[pid {}] {}{}\n", pid, time_text(when), text));
}

/// When an event happened, as -t, -tt, -ttt and -r write it.
std::string Tracer::time_text(Nanoseconds when) {
  using Times = TraceStyle::Times;
  if (style_.times == Times::None) return {};
  if (style_.times == Times::Relative) {
    // Lines come as calls end, not as they begin: the difference may be negative.
    const Nanoseconds since = last_ < 0 ? 0 : std::max<Nanoseconds>(when - last_, 0);
    last_ = when;
    return fmt::format("{:>13} ", duration_text(since));
  }
  const Nanoseconds age = clock_->now(HostClock::Monotonic) - when;
  const Nanoseconds real = clock_->now(HostClock::Realtime) - age;
  if (style_.times == Times::Epoch) return duration_text(real) + " ";
  const std::time_t seconds = real / kSecond;
  std::tm local{};
  ::localtime_r(&seconds, &local);
  std::string text = fmt::format("{:02}:{:02}:{:02}", local.tm_hour, local.tm_min, local.tm_sec);
  if (style_.times == Times::Microseconds) text += fmt::format(".{:06}", real % kSecond / 1000);
  return text + " ";
}

}  // namespace kemu
