#pragma once

#include <bitset>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "api/furnish.h"
#include "kemu/machine.h"
#include "process/kernel.h"

namespace kemu {

/// What an AnyCall is about.
struct AnyCall::State {
  Hooks& hooks;
  Machine& machine;
  Task& task;
  std::optional<u64> value;   // once the call has ended
  std::optional<u64> answer;  // by a callback
};

/// The callbacks of one machine. It is known to the kernel only while there are any. A callback may
/// add and remove others, and itself.
class Hooks final : private CallInterceptor, private ProcessObserver {
 public:
  enum class Moment : u8 { Start, End };  // of a system call
  static constexpr unsigned kCalls = 512;

  Hooks(Kernel& kernel, CallbackGuard guard) : kernel_(&kernel), guard_(std::move(guard)) {}
  ~Hooks() override;
  /// Whom callbacks get to see; before any is added.
  void set_machine(Machine& machine) { machine_ = &machine; }
  /// The machine has another kernel from now on.
  void go_on_in(Kernel& kernel);

  Hook add_call(Moment moment, unsigned number, CallHook hook);
  Hook add_event(EventHook hook);
  Expected<Hook> add_breakpoint(Breakpoint at, BreakpointHook hook);
  bool remove(Hook hook);

  /// The breakpoint without a callback that was met since `forget_hit`.
  const std::optional<BreakpointHit>& hit() const { return hit_; }
  void forget_hit() { hit_.reset(); }

  /// See AnyCall::place.
  Expected<GuestPointer> place(Task& task, std::string_view bytes);

 private:
  struct Listed {
    Hook hook;
    bool removed = false;  // while the list is gone through
  };
  struct OnCall : Listed {
    Moment moment = Moment::Start;
    unsigned number = 0;
    CallHook call;
  };
  struct OnEvent : Listed {
    EventHook call;
  };
  struct OnBreakpoint : Listed {
    Breakpoint at;
    BreakpointHook call;
  };
  template <typename Entry>
  using List = std::vector<std::shared_ptr<Entry>>;

  /// A process's memory for AnyCall::place.
  struct Scratch {
    std::weak_ptr<AddressSpace> space;
    std::vector<GuestRange> ranges;  // the last one is in use, to be emptied with the next call
    u64 used = 0;
  };

  bool concerns(u64 number) const override {
    return wants(Moment::Start, number) || wants(Moment::End, number);
  }
  std::optional<SyscallOutcome> before(Task& task) override;
  void after(Task& task, u64& value) override;
  void forked(Task& parent, Task& child) override;
  void executed(Task& task) override;
  void exiting(Process& process, WaitStatus status) override;
  void signalled(Task& task, const abi::SigInfo& info) override;
  void reached_breakpoint(Task& task) override;

  template <typename Entry>
  Hook enlist(List<Entry>& list, Entry entry);
  template <typename Entry>
  static bool strike(List<Entry>& list, Hook hook);
  void update();
  bool wants(Moment moment, u64 number) const;
  void call_back(Moment moment, AnyCall::State& state);
  void tell(const ProcessEvent& event);
  void reuse_scratch(Task& task);

  Kernel* kernel_;
  CallbackGuard guard_;
  Machine* machine_ = nullptr;
  u64 last_id_ = 0;
  List<OnCall> calls_;
  List<OnEvent> events_;
  List<OnBreakpoint> breakpoints_;
  std::bitset<kCalls> wanted_[2];  // by Moment
  bool all_wanted_[2] = {};
  std::vector<GuestAddr> addresses_;  // of breakpoints, as the engine has them
  std::optional<BreakpointHit> hit_;
  std::map<i32, Scratch> scratch_;  // by tid
};

}  // namespace kemu
