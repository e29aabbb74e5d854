#pragma once

#include <unicorn/unicorn.h>

#include <utility>
#include <vector>

#include "base/check.h"
#include "vm/guest_addr.h"

namespace kemu {

/// The addresses of Engine::set_breakpoints as Unicorn's hooks, and which of them a Cpu passes that
/// was stopped there. A hook of one address costs the blocks that have it and no others, and the
/// guest's memory stays as it is.
class UnicornBreakpoints {
 public:
  /// No instruction is there.
  static constexpr u64 kNowhere = ~u64{0};

  void set(std::vector<GuestAddr> addresses) {
    addresses_ = std::move(addresses);
    changed_ = true;
  }
  /// Whether `apply` must be called before anything runs.
  bool changed() const { return changed_; }
  /// Unicorn looks for hooks when it translates: what it has translated must be forgotten.
  void apply(uc_engine* uc, uc_cb_hookcode_t on_instruction, void* user) {
    for (const uc_hook hook : hooks_) CHECK(uc_hook_del(uc, hook) == UC_ERR_OK);
    hooks_.clear();
    for (const GuestAddr at : addresses_)
      CHECK(uc_hook_add(uc, &hooks_.emplace_back(), UC_HOOK_CODE,
                        reinterpret_cast<void*>(on_instruction), user, at.value(),
                        at.value()) == UC_ERR_OK);
    changed_ = false;
  }

  /// A Cpu runs from `pc`; it was stopped at `reported` before.
  void begin(u64 reported, u64 pc) {
    step_over_ = reported == pc ? pc : kNowhere;
    stepped_ = kNowhere;
  }
  /// Whether the instruction at a breakpoint is to run: otherwise the Cpu stops there.
  bool passes(u64 address) {
    if (std::exchange(step_over_, kNowhere) != address) return false;
    stepped_ = address;
    return true;
  }
  /// Unicorn came back at `pc`, to be entered again when it `retries`: a breakpoint whose
  /// instruction has not run, or must run again, is not met anew. What is reported to `begin` next.
  u64 end(u64 pc, bool stopped_here, bool retries) {
    if (retries && stepped_ == pc) step_over_ = pc;
    return stopped_here || step_over_ == pc ? pc : kNowhere;
  }

 private:
  std::vector<GuestAddr> addresses_;
  std::vector<uc_hook> hooks_;  // those there are now
  bool changed_ = false;        // they are not those of `addresses_`
  u64 step_over_ = kNowhere;    // passed when it is met next
  u64 stepped_ = kNowhere;      // passed last
};

}  // namespace kemu
