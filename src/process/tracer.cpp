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
  enabled_ = true;
  state_->sink = std::move(sink);
  state_->filter = std::move(filter);
  state_->style = style;
  state_->clock = &clock;
  state_->counts.assign(style.summary == TraceStyle::Summary::None ? 0 : TraceFilter::kCalls, {});
}

void Tracer::call(int pid, u64 number, std::string text, CallEnd end, Nanoseconds started) {
  const bool shown = end == CallEnd::Successful ? state_->filter.successful
                     : end == CallEnd::Failed   ? state_->filter.failed
                                                : state_->filter.unfinished;
  if (!shown || !shows_process(pid)) return;
  if (!state_->filter.errors.shows_all()) {
    const auto parts = parse_call_text(text);
    if (!state_->filter.errors(std::string(parts ? parts->error : ""))) return;
  }
  const Nanoseconds spent = state_->clock->now(HostClock::Monotonic) - started;
  // strace counts what came back only.
  if (number < state_->counts.size() && end != CallEnd::Unfinished) {
    CallCount& count = state_->counts[number];
    ++count.calls;
    if (end == CallEnd::Failed) ++count.errors;
    count.time += spent;
  }
  if (!prints()) return;
  if (!state_->events && state_->style.durations && !state_->style.stable &&
      end != CallEnd::Unfinished)
    text += fmt::format(" <{}>", duration_text(spent));
  TraceEvent call = event(TraceEvent::Kind::Call, pid);
  call.number = number;
  call.start = started;
  if (end != CallEnd::Unfinished) call.duration = spent;
  call.text = text;
  send(call);
}

void Tracer::unfinished(int pid, u64 number, std::string text, Nanoseconds started) {
  if (!prints() || !shows_process(pid)) return;
  TraceEvent call = event(TraceEvent::Kind::Call, pid);
  call.number = number;
  if (state_->events) call.start = started;  // strace's line tells when it became known
  call.text = text;
  send(call);
}

void Tracer::signal(int pid, Signal signal, std::string_view text) {
  if (!enabled() || !prints() || !state_->filter.signals.has(signal) || !shows_process(pid)) return;
  TraceEvent arrived = event(TraceEvent::Kind::Signal, pid);
  const std::string line = fmt::format("--- {} ---", text);
  arrived.text = line;
  send(arrived);
}

void Tracer::fork(int pid, int child) {
  if (!state_->events || !shows_process(pid)) return;
  TraceEvent forked = event(TraceEvent::Kind::Fork, pid);
  forked.child = child;
  send(forked);
}

/// A program that is started from outside is not among the processes yet: its name is told.
void Tracer::exec(int pid, std::string_view program) {
  const TraceFilter& filter = state_->filter;
  if (!state_->events || !filter.pids(pid) || !filter.programs(std::string(program))) return;
  TraceEvent executed = event(TraceEvent::Kind::Exec, pid);
  executed.program = program;
  send(executed);
}

void Tracer::exit(int pid, WaitStatus status) {
  if (!enabled() || !prints() || !shows_process(pid)) return;
  TraceEvent ended = event(TraceEvent::Kind::Exit, pid);
  ended.status = status;
  const std::string line =
      status.has_exited()
          ? fmt::format("+++ exited with {} +++", status.exit_code())
          : fmt::format("+++ killed by {} +++", signal_name(Signal(status.killing_signal())));
  ended.text = line;
  send(ended);
}

void Tracer::line(int pid, std::string_view text) {
  if (!enabled() || !prints() || !shows_process(pid)) return;
  TraceEvent note = event(TraceEvent::Kind::Note, pid);
  note.text = text;
  send(note);
}

TraceEvent Tracer::event(TraceEvent::Kind kind, int pid) const {
  TraceEvent made;
  made.kind = kind;
  made.pid = pid;
  made.start = state_->clock->now(HostClock::Monotonic);
  if (state_->events && state_->names) made.program = state_->names(pid);
  return made;
}

bool Tracer::shows_process(int pid) const {
  if (!state_->filter.pids(pid)) return false;
  if (state_->filter.programs.shows_all()) return true;
  return state_->filter.programs(std::string(state_->names ? state_->names(pid) : ""));
}

void Tracer::send(TraceEvent event) {
  if (!state_->events) return write(event.pid, event.text, event.start);
  std::string masked;
  if (state_->style.stable) {
    masked = stable_trace_text(event.text);
    event.text = masked;
  }
  const Nanoseconds age = state_->clock->now(HostClock::Monotonic) - event.start;
  event.real_start = state_->clock->now(HostClock::Realtime) - age;
  state_->events(event);
}

void Tracer::write(int pid, std::string_view text, Nanoseconds when) {
  if (state_->style.stable)
    return state_->sink(fmt::format("[pid {}] {}\n", pid, stable_trace_text(text)));
  state_->sink(fmt::format("[pid {}] {}{}\n", pid, time_text(when), text));
}

/// When an event happened, as -t, -tt, -ttt and -r write it.
std::string Tracer::time_text(Nanoseconds when) {
  using Times = TraceStyle::Times;
  if (state_->style.times == Times::None) return {};
  if (state_->style.times == Times::Relative) {
    // Lines come as calls end, not as they begin: the difference may be negative.
    const Nanoseconds since = state_->last < 0 ? 0 : std::max<Nanoseconds>(when - state_->last, 0);
    state_->last = when;
    return fmt::format("{:>13} ", duration_text(since));
  }
  const Nanoseconds age = state_->clock->now(HostClock::Monotonic) - when;
  const Nanoseconds real = state_->clock->now(HostClock::Realtime) - age;
  if (state_->style.times == Times::Epoch) return duration_text(real) + " ";
  const std::time_t seconds = real / kSecond;
  std::tm local{};
  ::localtime_r(&seconds, &local);
  std::string text = fmt::format("{:02}:{:02}:{:02}", local.tm_hour, local.tm_min, local.tm_sec);
  if (state_->style.times == Times::Microseconds)
    text += fmt::format(".{:06}", real % kSecond / 1000);
  return text + " ";
}

}  // namespace kemu
