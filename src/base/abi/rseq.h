#pragma once

#include "base/types.h"

namespace kemu::abi {

/// struct rseq of <linux/rseq.h>, in memory of a thread that registered it by rseq(2). Its first
/// size is all that kemu's users ask for: kernels before 6.3 had no more.
struct Rseq {
  u32 cpu_id_start = 0;
  u32 cpu_id = 0;
  u64 critical_section = 0;  // rseq_cs: a CriticalSection's address
  u32 flags = 0;
  u32 node_id = 0;
  u32 mm_cid = 0;
  u32 padding = 0;
};
static_assert(sizeof(Rseq) == 32);
inline constexpr u32 kRseqSize = 32;        // RSEQ's original size, and then its alignment, too
inline constexpr u32 kRseqNoCpu = ~u32{0};  // RSEQ_CPU_ID_UNINITIALIZED
inline constexpr u32 kRseqFlagUnregister = 1;

/// struct rseq_cs.
struct CriticalSection {
  u32 version = 0;
  u32 flags = 0;
  u64 start = 0;
  u64 size = 0;  // post_commit_offset
  u64 abort = 0;
};
static_assert(sizeof(CriticalSection) == 32);

}  // namespace kemu::abi
