#include "base/abi/mempolicy.h"

#include <algorithm>
#include <cstring>

#include "syscalls/handlers.h"

// set_mempolicy(2), mbind(2), get_mempolicy(2), migrate_pages(2), move_pages(2) on a machine with
// one node: mm/mempolicy.c's checks, and nothing to move.

namespace kemu {

namespace {

constexpr u64 kNodes = 1;
constexpr u64 kAllNodes = 1;
constexpr u32 kModeFlags =
    abi::kPolicyStaticNodes | abi::kPolicyRelativeNodes | abi::kPolicyBalancing;

/// get_nodes(): `most` counts one bit more than there are. EINVAL for nodes beyond the first word,
/// EFAULT.
Result<u64> take_nodes(Task& task, GuestAddr nodes, u64 most) {
  constexpr u64 kWordBits = 64;
  --most;
  if (most == 0 || nodes.is_null()) return u64{0};
  if (most > kPageSize * 8) return Errno::EINVAL;
  const u64 words = (most + kWordBits - 1) / kWordBits;
  u64 first = 0;
  for (u64 word = 0; word < words; ++word) {
    u64 bits = TRY(task.space->read_value<u64>(nodes + word * sizeof(u64)));
    const u64 used = std::min(kWordBits, most - word * kWordBits);
    if (used < kWordBits) bits &= (u64{1} << used) - 1;
    if (word == 0)
      first = bits;
    else if (bits != 0)
      return Errno::EINVAL;
  }
  return first;
}

/// sanitize_mpol_flags() and mpol_new(). EINVAL.
Result<NodePolicy> checked_policy(MemoryPolicy given, u64 nodes) {
  const u32 flags = given.bits & kModeFlags;
  const u32 mode = given.bits & ~kModeFlags;
  const bool placed = (flags & (abi::kPolicyStaticNodes | abi::kPolicyRelativeNodes)) != 0;
  if (mode > abi::kPolicyPreferredMany) return Errno::EINVAL;
  if ((flags & abi::kPolicyStaticNodes) && (flags & abi::kPolicyRelativeNodes))
    return Errno::EINVAL;
  if ((flags & abi::kPolicyBalancing) && mode != abi::kPolicyBind) return Errno::EINVAL;
  if (mode == abi::kPolicyDefault) {
    if (nodes != 0) return Errno::EINVAL;
    return NodePolicy{};
  }
  const bool local = mode == abi::kPolicyLocal || (mode == abi::kPolicyPreferred && nodes == 0);
  if (local) {
    if (nodes != 0 || placed) return Errno::EINVAL;
    return NodePolicy{abi::kPolicyLocal, 0};
  }
  // Relative numbers are folded onto the nodes there are.
  const u64 there =
      flags & abi::kPolicyRelativeNodes ? (nodes != 0 ? kAllNodes : 0) : nodes & kAllNodes;
  if (there == 0) return Errno::EINVAL;
  return NodePolicy{mode | flags, there};
}

Result<Process*> process_to_move(Task& task, i32 pid) {
  if (pid == 0) return &task.process();
  Process* named = task.kernel().find_process(pid);
  if (!named) return Errno::ESRCH;
  const Credentials& own = task.credentials;
  const Credentials& other = named->credentials();
  const bool same = own.uid == other.uid || own.euid == other.uid || own.euid == other.suid;
  if (!own.privileged() && !same) return Errno::EPERM;
  return named;
}

/// What move_pages(2) says of one page: its node, or why it has none.
i32 node_of(AddressSpace& space, GuestAddr addr) {
  if (!space.map().find(addr)) return -static_cast<i32>(Errno::EFAULT);
  const PageEntry* entry = space.pages().find(addr.page_floor());
  return entry && entry->present() ? 0 : -static_cast<i32>(Errno::ENOENT);
}

}  // namespace

SyscallResult<Unit> sys_set_mempolicy(Task& task, MemoryPolicy mode, InPtr<abi::NodeMask> nodes,
                                      u64 most) {
  task.node_policy = TRY(checked_policy(mode, TRY(take_nodes(task, nodes.addr, most))));
  return Unit{};
}

SyscallResult<Unit> sys_mbind(Task& task, GuestAddr addr, u64 size, MemoryPolicy mode,
                              InPtr<abi::NodeMask> nodes, u64 most, MemoryPolicyFlags flags) {
  const u64 wanted = TRY(take_nodes(task, nodes.addr, most));
  if (flags.any_but(abi::kPolicyStrict | abi::kPolicyMove | abi::kPolicyMoveAll))
    return Errno::EINVAL;
  if (flags.has(abi::kPolicyMoveAll) && !task.credentials.privileged()) return Errno::EPERM;
  if (!addr.page_aligned()) return Errno::EINVAL;
  const GuestRange range{addr, addr + ((size + kPageMask) & ~kPageMask)};
  if (range.end < range.start) return Errno::EINVAL;
  if (range.empty()) return Unit{};
  TRY(checked_policy(mode, wanted));
  // Default policy may be set over holes as well.
  const bool sets_default = (mode.bits & ~kModeFlags) == abi::kPolicyDefault;
  if (!sets_default && !task.space->map().covers(range)) return Errno::EFAULT;
  return Unit{};
}

SyscallResult<Unit> sys_get_mempolicy(Task& task, OutPtr<i32> mode, OutPtr<abi::NodeMask> nodes,
                                      u64 most, GuestAddr addr, MemoryPolicyFlags flags) {
  if (!nodes.is_null() && most < kNodes) return Errno::EINVAL;
  if (flags.any_but(abi::kPolicyOfNode | abi::kPolicyOfAddress | abi::kPolicyAllowedNodes))
    return Errno::EINVAL;
  NodePolicy told = task.node_policy;
  if (flags.has(abi::kPolicyAllowedNodes)) {
    if (flags.any_but(abi::kPolicyAllowedNodes)) return Errno::EINVAL;
    told = {0, kAllNodes};
  } else if (flags.has(abi::kPolicyOfAddress)) {
    if (!task.space->map().find(addr)) return Errno::EFAULT;
    if (flags.has(abi::kPolicyOfNode)) {
      if (!task.space->resolve_fault(addr, Access::Read).ok()) return Errno::EFAULT;
      told.mode = 0;
    }
  } else if (!addr.is_null()) {
    return Errno::EINVAL;
  } else if (flags.has(abi::kPolicyOfNode)) {
    if ((told.mode & ~kModeFlags) != abi::kPolicyInterleave) return Errno::EINVAL;
    told.mode = 0;
  }
  if (!mode.is_null()) TRY(task.space->write_value(mode.addr, static_cast<i32>(told.mode)));
  if (nodes.is_null()) return Unit{};
  // Whole words, as many as hold `most` - 1 bits; all but the first are 0 (copy_nodes_to_user()).
  const u64 bytes = std::min<u64>((most - 1 + 63) / 64 * sizeof(u64), kPageSize);
  std::vector<std::byte> words(bytes);
  if (!words.empty()) std::memcpy(words.data(), &told.nodes, sizeof told.nodes);
  return task.space->write(nodes.addr, words);
}

SyscallResult<i32> sys_migrate_pages(Task& task, i32 pid, u64 most, InPtr<abi::NodeMask> old_nodes,
                                     InPtr<abi::NodeMask> new_nodes) {
  TRY(take_nodes(task, old_nodes.addr, most));
  const u64 wanted = TRY(take_nodes(task, new_nodes.addr, most));
  TRY(process_to_move(task, pid));
  if ((wanted & kAllNodes) == 0) return Errno::EINVAL;
  return i32{0};  // pages left where they are: none
}

SyscallResult<i32> sys_move_pages(Task& task, i32 pid, u64 count, GuestAddr pages, GuestAddr nodes,
                                  GuestAddr status, MemoryPolicyFlags flags) {
  constexpr u64 kMostPages = u64{1} << 20;
  if (flags.any_but(abi::kPolicyMove | abi::kPolicyMoveAll)) return Errno::EINVAL;
  if (flags.has(abi::kPolicyMoveAll) && !task.credentials.privileged()) return Errno::EPERM;
  Process* process = TRY(process_to_move(task, pid));
  if (count > kMostPages) return Errno::E2BIG;
  AddressSpace& named = *process->living()->space;
  for (u64 i = 0; i < count; ++i) {
    const auto page = TRY(task.space->read_value<u64>(pages + i * sizeof(u64)));
    if (!nodes.is_null()) {
      const auto node = TRY(task.space->read_value<i32>(nodes + i * sizeof(i32)));
      if (node != 0) return Errno::ENODEV;
    }
    TRY(task.space->write_value(status + i * sizeof(i32), node_of(named, GuestAddr(page))));
  }
  return i32{0};
}

}  // namespace kemu
