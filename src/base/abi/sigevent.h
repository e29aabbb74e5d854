#pragma once

#include <array>

#include "base/types.h"

/// sigevent(3type) and signalfd(2)'s records of AArch64 Linux (asm-generic/siginfo.h,
/// linux/signalfd.h).
namespace kemu::abi {

inline constexpr i32 kSigEventSignal = 0;
inline constexpr i32 kSigEventNone = 1;
inline constexpr i32 kSigEventThread = 2;    // a libc's business: the kernel just signals
inline constexpr i32 kSigEventThreadId = 4;  // a bit next to kSigEventSignal

/// struct sigevent
struct SigEvent {
  u64 value = 0;
  i32 signo = 0;
  i32 notify = 0;
  i32 tid = 0;
  std::array<i32, 11> pad{};
};
static_assert(sizeof(SigEvent) == 64);

/// struct signalfd_siginfo
struct SignalFdInfo {
  i32 signo = 0;
  i32 error = 0;
  i32 code = 0;
  i32 pid = 0;
  u32 uid = 0;
  i32 fd = 0;
  i32 timer_id = 0;
  u32 band = 0;
  i32 overrun = 0;
  u32 trap_number = 0;
  i32 status = 0;
  i32 integer = 0;
  u64 pointer = 0;
  u64 user_time = 0;
  u64 system_time = 0;
  u64 address = 0;
  u16 address_lsb = 0;
  u16 pad0 = 0;
  i32 syscall = 0;
  u64 call_address = 0;
  u32 arch = 0;
  std::array<u8, 28> pad1{};
};
static_assert(sizeof(SignalFdInfo) == 128);

inline constexpr u32 kSignalFdNonBlock = 04000;
inline constexpr u32 kSignalFdCloseOnExec = 02000000;

}  // namespace kemu::abi
