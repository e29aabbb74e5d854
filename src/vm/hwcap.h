#pragma once

#include "base/types.h"

namespace kemu::hwcap {

// AT_HWCAP's bits (arch/arm64/include/uapi/asm/hwcap.h), as far as an engine of ours promises them.
inline constexpr u64 kFp = u64{1} << 0;
inline constexpr u64 kAsimd = u64{1} << 1;
inline constexpr u64 kAes = u64{1} << 3;
inline constexpr u64 kPmull = u64{1} << 4;
inline constexpr u64 kSha1 = u64{1} << 5;
inline constexpr u64 kSha2 = u64{1} << 6;
inline constexpr u64 kCrc32 = u64{1} << 7;
inline constexpr u64 kAtomics = u64{1} << 8;
inline constexpr u64 kFphp = u64{1} << 9;
inline constexpr u64 kAsimdHp = u64{1} << 10;
inline constexpr u64 kAsimdRdm = u64{1} << 12;
inline constexpr u64 kJscvt = u64{1} << 13;
inline constexpr u64 kFcma = u64{1} << 14;
inline constexpr u64 kLrcpc = u64{1} << 15;
inline constexpr u64 kDcpop = u64{1} << 16;
inline constexpr u64 kSha3 = u64{1} << 17;
inline constexpr u64 kSm3 = u64{1} << 18;
inline constexpr u64 kSm4 = u64{1} << 19;
inline constexpr u64 kAsimdDp = u64{1} << 20;
inline constexpr u64 kSha512 = u64{1} << 21;
inline constexpr u64 kAsimdFhm = u64{1} << 23;
inline constexpr u64 kIlrcpc = u64{1} << 26;
inline constexpr u64 kFlagM = u64{1} << 27;
inline constexpr u64 kSb = u64{1} << 29;

// AT_HWCAP2's.
inline constexpr u64 kDcpodp = u64{1} << 0;
inline constexpr u64 kFlagM2 = u64{1} << 7;
inline constexpr u64 kFrint = u64{1} << 8;

// What the Unicorn engine promises. Not promised though its CPU has it: SVE (no signal frames for
// it), RNDR (outside the seed), PAC and BTI (their instructions are no-ops here), SSBS, DIT.
inline constexpr u64 kPromised = kFp | kAsimd | kAes | kPmull | kSha1 | kSha2 | kCrc32 | kAtomics |
                                 kFphp | kAsimdHp | kAsimdRdm | kJscvt | kFcma | kLrcpc | kDcpop |
                                 kSha3 | kSm3 | kSm4 | kAsimdDp | kSha512 | kAsimdFhm | kIlrcpc |
                                 kFlagM | kSb;
inline constexpr u64 kPromised2 = kDcpodp | kFlagM2 | kFrint;

}  // namespace kemu::hwcap
