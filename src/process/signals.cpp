#include "process/signals.h"

#include <algorithm>
#include <vector>

namespace kemu {

namespace {

constexpr std::array<std::string_view, abi::kSigMax + 1> kNames = {
    "SIG0",     "SIGHUP",   "SIGINT",    "SIGQUIT",  "SIGILL",   "SIGTRAP",   "SIGABRT",
    "SIGBUS",   "SIGFPE",   "SIGKILL",   "SIGUSR1",  "SIGSEGV",  "SIGUSR2",   "SIGPIPE",
    "SIGALRM",  "SIGTERM",  "SIGSTKFLT", "SIGCHLD",  "SIGCONT",  "SIGSTOP",   "SIGTSTP",
    "SIGTTIN",  "SIGTTOU",  "SIGURG",    "SIGXCPU",  "SIGXFSZ",  "SIGVTALRM", "SIGPROF",
    "SIGWINCH", "SIGIO",    "SIGPWR",    "SIGSYS",   "SIGRTMIN", "SIGRT_1",   "SIGRT_2",
    "SIGRT_3",  "SIGRT_4",  "SIGRT_5",   "SIGRT_6",  "SIGRT_7",  "SIGRT_8",   "SIGRT_9",
    "SIGRT_10", "SIGRT_11", "SIGRT_12",  "SIGRT_13", "SIGRT_14", "SIGRT_15",  "SIGRT_16",
    "SIGRT_17", "SIGRT_18", "SIGRT_19",  "SIGRT_20", "SIGRT_21", "SIGRT_22",  "SIGRT_23",
    "SIGRT_24", "SIGRT_25", "SIGRT_26",  "SIGRT_27", "SIGRT_28", "SIGRT_29",  "SIGRT_30",
    "SIGRT_31", "SIGRT_32"};

}  // namespace

std::string_view signal_name(Signal signal) { return kNames[signal.number()]; }

// signal(7), "Standard signals".
DefaultAction default_action(Signal signal) {
  switch (signal.number()) {
    case abi::kSigChld:
    case abi::kSigUrg:
    case abi::kSigWinch: return DefaultAction::Ignore;
    case abi::kSigCont: return DefaultAction::Continue;
    case abi::kSigStop:
    case abi::kSigTstp:
    case abi::kSigTtin:
    case abi::kSigTtou: return DefaultAction::Stop;
    case abi::kSigQuit:
    case abi::kSigIll:
    case abi::kSigTrap:
    case abi::kSigAbrt:
    case abi::kSigBus:
    case abi::kSigFpe:
    case abi::kSigSegv:
    case abi::kSigXcpu:
    case abi::kSigXfsz:
    case abi::kSigSys: return DefaultAction::Core;
    default: return DefaultAction::Terminate;
  }
}

bool SignalActions::ignores(Signal s) const {
  const u64 handler = get(s).handler;
  if (handler == abi::kSigIgn) return true;
  return handler == abi::kSigDfl && default_action(s) == DefaultAction::Ignore;
}

void SignalActions::reset_for_exec() {
  for (abi::SigAction& action : actions_) {
    const u64 kept = action.handler == abi::kSigIgn ? abi::kSigIgn : abi::kSigDfl;
    action = abi::SigAction{kept, 0, 0, 0};
  }
}

Result<Unit> PendingSignals::add(const abi::SigInfo& info, Room room, QueuePlace place) {
  const Signal signal(info.signo);
  if (!signal.real_time() && set_.has(signal)) return Unit{};
  // The kernel's own standard signals and kill(2)'s find room beyond the limit.
  const bool always_finds_room = !signal.real_time() && info.code >= 0;
  const bool fits = room == Room::Some || always_finds_room;
  if (!fits && signal.real_time() && info.code != abi::kSiUser) return Errno::EAGAIN;
  set_ = set_.with(signal);
  if (fits) queue_.push_back({info, {}, std::move(place)});
  return Unit{};
}

void PendingSignals::add(const abi::SigInfo& info, std::weak_ptr<SignalSource> source) {
  set_ = set_.with(Signal(info.signo));
  queue_.push_back({info, std::move(source), {}});
}

std::optional<abi::SigInfo> PendingSignals::take(SigSet wanted) {
  const auto signal = (set_ & wanted).first();
  if (!signal) return std::nullopt;
  const auto is_it = [&](const Queued& queued) { return queued.info.signo == signal->number(); };
  const auto found = std::find_if(queue_.begin(), queue_.end(), is_it);
  abi::SigInfo taken;
  taken.signo = signal->number();  // SI_USER from nobody when its siginfo found no room
  std::shared_ptr<SignalSource> source;
  if (found != queue_.end()) {
    taken = found->info;
    source = found->source.lock();
    queue_.erase(found);
  }
  if (std::none_of(queue_.begin(), queue_.end(), is_it)) set_ = set_.without(*signal);
  if (source) source->taken(taken);
  return taken;
}

void PendingSignals::discard(SigSet signals) {
  set_ = set_ & ~signals;
  std::vector<std::shared_ptr<SignalSource>> dropped;
  std::erase_if(queue_, [&](const Queued& queued) {
    if (!signals.has(Signal(queued.info.signo))) return false;
    if (const auto source = queued.source.lock()) dropped.push_back(source);
    return true;
  });
  // After the queue is as it should be: a timer may expire once more.
  for (const auto& source : dropped) source->dropped();
}

void PendingSignals::discard(const SignalSource& source) {
  const auto is_its_own = [&](const Queued& queued) {
    return queued.source.lock().get() == &source;
  };
  const auto found = std::find_if(queue_.begin(), queue_.end(), is_its_own);
  if (found == queue_.end()) return;
  const i32 signo = found->info.signo;
  queue_.erase(found);
  const bool more = std::any_of(queue_.begin(), queue_.end(),
                                [&](const Queued& queued) { return queued.info.signo == signo; });
  if (!more) set_ = set_.without(Signal(signo));
}

}  // namespace kemu
