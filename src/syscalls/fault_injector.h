#pragma once

#include <random>
#include <unordered_map>
#include <vector>

#include "process/call_interceptor.h"
#include "process/kernel.h"
#include "syscalls/fault_rule.h"

namespace kemu {

/// Makes calls and memory fail as the rules of `--inject` say. All its state is values: a copy goes
/// on counting, and throwing dice, where the original was.
///
/// Every rule counts the calls that match it, whatever the others do. Of the rules whose turn it
/// is, each sends its signal and adds its delay, and the first that says how the call ends decides
/// that.
class FaultInjector : public CallInterceptor {
 public:
  /// Chance comes from the seed, for each rule by itself.
  explicit FaultInjector(u64 seed) : seed_(seed) {}
  void add(std::vector<FaultRule> rules);

  std::optional<SyscallOutcome> before(Task& task) override;
  void after(Task& task, u64& value) override;

  /// Whether any is about calls, or about frames.
  bool has_rules(FaultRule::Place place) const;
  /// Whether a frame that `task` (or the kernel: null) wants is to be refused; asked once for each.
  bool refuses_frame(Task* task);

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};

  struct Counted {
    FaultRule rule;
    u64 matches = 0;
    u64 written = 0;  // against space=
    std::mt19937_64 chance;
  };
  /// A call that something is done to.
  struct Struck {
    std::size_t decides = kNone;  // the rule that says how it ends
    Nanoseconds until = -1;       // when its delay is over
    bool dies = false;            // a signal was sent that ends the process
  };

  bool strikes(Counted& counted);
  Struck strike(Task& task);
  std::optional<SyscallOutcome> decide(Task& task, std::size_t index);

  u64 seed_;
  std::vector<Counted> rules_;
  std::unordered_map<i32, Struck> struck_;  // by tid, until the task's next call
};

}  // namespace kemu
