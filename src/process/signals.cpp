#include "process/signals.h"

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

Result<Unit> PendingSignals::add(const abi::SigInfo& info, u64 limit) {
  const Signal signal(info.signo);
  if (!signal.real_time() && set_.has(signal)) return Unit{};
  if (signal.real_time() && queue_.size() >= limit) return Errno::EAGAIN;
  set_ = set_.with(signal);
  queue_.push_back(info);
  return Unit{};
}

std::optional<abi::SigInfo> PendingSignals::take(SigSet wanted) {
  const auto signal = (set_ & wanted).first();
  if (!signal) return std::nullopt;
  std::optional<abi::SigInfo> taken;
  bool more = false;
  for (auto it = queue_.begin(); it != queue_.end();) {
    if (it->signo != signal->number()) {
      ++it;
    } else if (!taken) {
      taken = *it;
      it = queue_.erase(it);
    } else {
      more = true;
      break;
    }
  }
  if (!more) set_ = set_.without(*signal);
  return taken;
}

void PendingSignals::discard(SigSet signals) {
  set_ = set_ & ~signals;
  std::erase_if(queue_, [&](const abi::SigInfo& i) { return signals.has(Signal(i.signo)); });
}

}  // namespace kemu
