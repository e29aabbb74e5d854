#pragma once

#include "base/types.h"

/// set_mempolicy(2) and kin of AArch64 Linux (linux/mempolicy.h).
namespace kemu::abi {

inline constexpr u32 kPolicyDefault = 0;
inline constexpr u32 kPolicyPreferred = 1;
inline constexpr u32 kPolicyBind = 2;
inline constexpr u32 kPolicyInterleave = 3;
inline constexpr u32 kPolicyLocal = 4;
inline constexpr u32 kPolicyPreferredMany = 5;
inline constexpr u32 kPolicyBalancing = 1u << 13;
inline constexpr u32 kPolicyRelativeNodes = 1u << 14;
inline constexpr u32 kPolicyStaticNodes = 1u << 15;

inline constexpr u32 kPolicyOfNode = 1;        // MPOL_F_NODE: the node, not the policy
inline constexpr u32 kPolicyOfAddress = 2;     // MPOL_F_ADDR
inline constexpr u32 kPolicyAllowedNodes = 4;  // MPOL_F_MEMS_ALLOWED
inline constexpr u32 kPolicyStrict = 1;        // mbind(2)'s own
inline constexpr u32 kPolicyMove = 2;
inline constexpr u32 kPolicyMoveAll = 4;

/// The first word of a set of nodes, which is all a machine of one node needs.
struct NodeMask {
  u64 bits = 0;
};

}  // namespace kemu::abi
