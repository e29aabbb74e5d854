#pragma once

#include "base/abi/signal.h"
#include "base/result.h"

namespace kemu {

// sigaltstack(2)'s rules. A stack that is not there has size 0, whatever its flags say: they are
// kept as they were given, and shown so in a handler's ucontext.

inline constexpr abi::SigStack kNoSignalStack{0, 0, 0, 0};
inline constexpr abi::SigStack kDisabledSignalStack{0, abi::kSsDisable, 0, 0};

/// Whether `sp` lies on the stack (__on_sig_stack()).
inline bool is_on_stack(const abi::SigStack& stack, u64 sp) {
  return stack.size != 0 && sp > stack.sp && sp - stack.sp <= stack.size;
}

/// on_sig_stack(): a stack that disarms itself is never seen in use.
inline bool is_in_use(const abi::SigStack& stack, u64 sp) {
  if ((static_cast<u32>(stack.flags) & abi::kSsAutoDisarm) != 0) return false;
  return is_on_stack(stack, sp);
}

/// do_sigaltstack()'s checks of a new stack, and what is kept of it. EPERM, EINVAL, ENOMEM.
inline Result<abi::SigStack> checked_stack(const abi::SigStack& wanted,
                                           const abi::SigStack& current, u64 sp) {
  if (is_in_use(current, sp)) return Errno::EPERM;
  const u32 mode = static_cast<u32>(wanted.flags) & ~abi::kSsAutoDisarm;
  if (mode != 0 && mode != static_cast<u32>(abi::kSsDisable) &&
      mode != static_cast<u32>(abi::kSsOnStack))
    return Errno::EINVAL;
  if (mode == static_cast<u32>(abi::kSsDisable)) return abi::SigStack{0, wanted.flags, 0, 0};
  if (wanted.size < abi::kMinSigStackSize) return Errno::ENOMEM;
  return abi::SigStack{wanted.sp, wanted.flags, 0, wanted.size};
}

}  // namespace kemu
