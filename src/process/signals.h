#pragma once

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>

#include "base/abi/signal.h"
#include "base/result.h"
#include "process/queue_place.h"

namespace kemu {

class KernelCopy;

/// A valid signal number, 1 to 64.
class Signal {
 public:
  /// EINVAL for a number Linux has no signal for (0 included).
  static constexpr std::optional<Signal> from(i64 number) {
    if (number < 1 || number > abi::kSigMax) return std::nullopt;
    return Signal(static_cast<i32>(number));
  }
  /// For the constants of abi/signal.h.
  constexpr explicit Signal(i32 number) : number_(number) {}
  constexpr i32 number() const { return number_; }
  constexpr bool real_time() const { return number_ >= abi::kSigRtMin; }
  friend constexpr bool operator==(Signal, Signal) = default;

 private:
  i32 number_;
};

/// "SIGSEGV", "SIGRT_1".
std::string_view signal_name(Signal signal);

enum class DefaultAction : u8 { Terminate, Core, Ignore, Stop, Continue };
DefaultAction default_action(Signal signal);

/// sigset_t: bit n-1 is signal n.
class SigSet {
 public:
  constexpr SigSet() = default;
  constexpr explicit SigSet(u64 bits) : bits_(bits) {}
  constexpr u64 bits() const { return bits_; }
  constexpr bool has(Signal s) const { return bits_ >> (s.number() - 1) & 1; }
  constexpr SigSet with(Signal s) const { return SigSet(bits_ | bit(s)); }
  constexpr SigSet without(Signal s) const { return SigSet(bits_ & ~bit(s)); }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr SigSet operator|(SigSet o) const { return SigSet(bits_ | o.bits_); }
  constexpr SigSet operator&(SigSet o) const { return SigSet(bits_ & o.bits_); }
  constexpr SigSet operator~() const { return SigSet(~bits_); }
  /// Without SIGKILL and SIGSTOP, which nothing blocks.
  constexpr SigSet blockable() const {
    return without(Signal(abi::kSigKill)).without(Signal(abi::kSigStop));
  }
  /// The lowest signal of the set, which is the one delivered first.
  constexpr std::optional<Signal> first() const {
    if (bits_ == 0) return std::nullopt;
    return Signal(__builtin_ctzll(bits_) + 1);
  }
  friend constexpr bool operator==(SigSet, SigSet) = default;

 private:
  static constexpr u64 bit(Signal s) { return u64{1} << (s.number() - 1); }
  u64 bits_ = 0;
};

/// What a process does about each signal; Linux's `struct sighand_struct`.
class SignalActions {
 public:
  const abi::SigAction& get(Signal s) const { return actions_[s.number() - 1]; }
  void set(Signal s, const abi::SigAction& action) { actions_[s.number() - 1] = action; }
  bool ignores(Signal s) const;
  std::shared_ptr<SignalActions> fork() const { return std::make_shared<SignalActions>(*this); }
  std::shared_ptr<SignalActions> copy_to(KernelCopy&) const { return fork(); }
  /// execve(2): caught signals get their default action, ignored ones stay ignored.
  void reset_for_exec();

 private:
  std::array<abi::SigAction, abi::kSigMax> actions_{};
};

/// Where a queued signal comes from that is told when it is taken: a POSIX timer, which counts what
/// it missed meanwhile and goes on.
class SignalSource {
 public:
  virtual ~SignalSource() = default;
  /// The signal leaves the queue to be delivered: fills in what is known only now.
  virtual void taken(abi::SigInfo& info) = 0;
  /// The signal was dropped.
  virtual void dropped() = 0;
};

/// Signals sent and not yet delivered, to a process or to one task; Linux's `struct sigpending`.
/// Standard signals coalesce, real-time ones queue in order.
class PendingSignals {
 public:
  SigSet set() const { return set_; }
  /// EAGAIN for a real-time signal from a queueing call when there is no room; what else finds none
  /// is delivered without its siginfo (__send_signal_locked).
  enum class Room : u8 { Some, None };
  Result<Unit> add(const abi::SigInfo& info, Room room, QueuePlace place = {});
  /// A timer's: its place was reserved with the timer, and it never coalesces.
  void add(const abi::SigInfo& info, std::weak_ptr<SignalSource> source);
  /// Takes the first signal of `wanted`.
  std::optional<abi::SigInfo> take(SigSet wanted);
  void discard(SigSet signals);
  /// What `source` has in the queue, without a word to it.
  void discard(const SignalSource& source);
  /// The same signals in a copy of the machine, where their sources are copied already.
  void copy_from(const PendingSignals& original, KernelCopy& copy);

 private:
  struct Queued {
    abi::SigInfo info;
    std::weak_ptr<SignalSource> source;  // expired for all but timers' signals
    QueuePlace place;                    // timers hold theirs themselves
  };
  SigSet set_;
  std::deque<Queued> queue_;
};

}  // namespace kemu
