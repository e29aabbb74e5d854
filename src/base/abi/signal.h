#pragma once

#include <array>

#include "base/types.h"

/// Signal numbers, actions and frames of AArch64 Linux (asm-generic/signal.h, siginfo.h,
/// arch/arm64/include/uapi/asm/{sigcontext,ucontext}.h).
namespace kemu::abi {

inline constexpr i32 kSigHup = 1;
inline constexpr i32 kSigInt = 2;
inline constexpr i32 kSigQuit = 3;
inline constexpr i32 kSigIll = 4;
inline constexpr i32 kSigTrap = 5;
inline constexpr i32 kSigAbrt = 6;
inline constexpr i32 kSigBus = 7;
inline constexpr i32 kSigFpe = 8;
inline constexpr i32 kSigKill = 9;
inline constexpr i32 kSigUsr1 = 10;
inline constexpr i32 kSigSegv = 11;
inline constexpr i32 kSigUsr2 = 12;
inline constexpr i32 kSigPipe = 13;
inline constexpr i32 kSigAlrm = 14;
inline constexpr i32 kSigTerm = 15;
inline constexpr i32 kSigStkflt = 16;
inline constexpr i32 kSigChld = 17;
inline constexpr i32 kSigCont = 18;
inline constexpr i32 kSigStop = 19;
inline constexpr i32 kSigTstp = 20;
inline constexpr i32 kSigTtin = 21;
inline constexpr i32 kSigTtou = 22;
inline constexpr i32 kSigUrg = 23;
inline constexpr i32 kSigXcpu = 24;
inline constexpr i32 kSigXfsz = 25;
inline constexpr i32 kSigVtalrm = 26;
inline constexpr i32 kSigProf = 27;
inline constexpr i32 kSigWinch = 28;
inline constexpr i32 kSigIo = 29;
inline constexpr i32 kSigPwr = 30;
inline constexpr i32 kSigSys = 31;
inline constexpr i32 kSigRtMin = 32;
inline constexpr i32 kSigMax = 64;

inline constexpr u64 kSaNoCldStop = 0x00000001;
inline constexpr u64 kSaNoCldWait = 0x00000002;
inline constexpr u64 kSaSigInfo = 0x00000004;
inline constexpr u64 kSaExposeTagBits = 0x00000800;
inline constexpr u64 kSaRestorer = 0x04000000;
inline constexpr u64 kSaOnStack = 0x08000000;
inline constexpr u64 kSaRestart = 0x10000000;
inline constexpr u64 kSaNoDefer = 0x40000000;
inline constexpr u64 kSaResetHand = 0x80000000;

inline constexpr u64 kSigDfl = 0;
inline constexpr u64 kSigIgn = 1;

inline constexpr i32 kSsOnStack = 1;
inline constexpr i32 kSsDisable = 2;
inline constexpr u32 kSsAutoDisarm = 1u << 31;
inline constexpr u64 kMinSigStackSize = 5120;  // arm64's MINSIGSTKSZ

inline constexpr i32 kSiUser = 0;
inline constexpr i32 kSiKernel = 0x80;
inline constexpr i32 kSiQueue = -1;
inline constexpr i32 kSiTimer = -2;
inline constexpr i32 kSiTkill = -6;
inline constexpr i32 kSiSigIo = -5;
inline constexpr i32 kPollCodeIn = 1;   // POLL_IN
inline constexpr i32 kPollCodeOut = 2;  // POLL_OUT
inline constexpr i32 kPollCodeMessage = 3;
inline constexpr i32 kPollCodeHangUp = 6;
inline constexpr i32 kSegvMapErr = 1;
inline constexpr i32 kSegvAccErr = 2;
inline constexpr i32 kBusAdrAln = 1;
inline constexpr i32 kBusAdrErr = 2;
inline constexpr i32 kIllIllOpc = 1;
inline constexpr i32 kTrapBrkpt = 1;
inline constexpr i32 kCldExited = 1;
inline constexpr i32 kCldKilled = 2;
inline constexpr i32 kCldDumped = 3;
inline constexpr i32 kCldStopped = 5;
inline constexpr i32 kCldContinued = 6;

/// struct sigaction of the rt_sigaction system call.
struct SigAction {
  u64 handler = 0;
  u64 flags = 0;
  u64 restorer = 0;
  u64 mask = 0;
};
static_assert(sizeof(SigAction) == 32);

/// siginfo_t: 128 bytes; `fields` is the union that starts at offset 16.
struct SigInfo {
  i32 signo = 0;
  i32 error = 0;
  i32 code = 0;
  i32 pad = 0;
  union {
    struct {
      i32 pid;
      u32 uid;
      u64 value;
    } sender;  // kill, sigqueue
    struct {
      i32 id;
      i32 overrun;
      u64 value;
    } timer;  // SI_TIMER
    struct {
      i32 pid;
      u32 uid;
      i32 status;
      i32 pad;
      u64 utime;
      u64 stime;
    } child;  // SIGCHLD
    struct {
      u64 address;
    } fault;  // SIGSEGV, SIGBUS, SIGILL, SIGTRAP
    struct {
      i64 band;
      i32 fd;
    } poll;  // SIGIO
    std::array<u8, 112> bytes;
  };
  SigInfo() : bytes{} {}
};
static_assert(sizeof(SigInfo) == 128);

/// stack_t
struct SigStack {
  u64 sp = 0;
  i32 flags = 0;
  u32 pad = 0;
  u64 size = 0;
};
static_assert(sizeof(SigStack) == 24);

/// struct sigcontext; the extension records (fpsimd, esr, end) live in `reserved`.
struct SigContext {
  u64 fault_address = 0;
  std::array<u64, 31> regs{};
  u64 sp = 0;
  u64 pc = 0;
  u64 pstate = 0;
  u64 align_pad = 0;  // `reserved` is 16-byte aligned
  std::array<u8, 4096> reserved{};
};
static_assert(sizeof(SigContext) == 4384);

struct UContext {
  u64 flags = 0;
  u64 link = 0;
  SigStack stack;
  u64 sigmask = 0;
  std::array<u8, 120> unused{};  // sigmask is laid out as 1024 bits
  u64 align_pad = 0;             // sigcontext is 16-byte aligned
  SigContext mcontext;
};
static_assert(sizeof(UContext) == 4560);

struct RtSigFrame {
  SigInfo info;
  UContext uc;
};
static_assert(sizeof(RtSigFrame) == 4688);

/// struct fpsimd_context, the first record in SigContext::reserved.
struct FpsimdContext {
  u32 magic = 0x46508001;
  u32 size = 528;
  u32 fpsr = 0;
  u32 fpcr = 0;
  std::array<u64, 64> vregs{};
};
static_assert(sizeof(FpsimdContext) == 528);

/// struct esr_context: only for faults.
struct EsrContext {
  u32 magic = 0x45535201;
  u32 size = 16;
  u64 esr = 0;
};
static_assert(sizeof(EsrContext) == 16);

}  // namespace kemu::abi
