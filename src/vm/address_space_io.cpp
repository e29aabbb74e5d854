// How the kernel reads and writes guest memory: Linux's copy_from_user and copy_to_user.

#include <algorithm>
#include <cstring>

#include "vm/address_space.h"

namespace kemu {

std::byte* AddressSpace::host_bytes(GuestAddr addr, Access access) {
  const PageEntry* present = pages_.find(addr);
  PageEntry entry;
  if (present && present->present() && present->effective().allows(access)) {
    entry = *present;
  } else {
    auto resolved = resolve_fault(addr, access);
    if (!resolved.ok()) return nullptr;
    entry = *resolved;
  }
  if (access == Access::Write) pool_.invalidate_code(entry.frame);
  return pool_.data(entry.frame) + addr.page_offset();
}

/// Calls move(host bytes, offset into the transfer) for each piece of a page until one faults;
/// returns the bytes before the fault.
template <typename Move>
u64 AddressSpace::for_each_piece(GuestAddr addr, u64 size, Access access, Move&& move) {
  u64 done = 0;
  while (done < size) {
    const GuestAddr here = addr + done;
    std::byte* bytes = here < addr ? nullptr : host_bytes(here, access);
    if (!bytes) break;
    const u64 piece = std::min(size - done, kPageSize - here.page_offset());
    move(HostSpan(bytes, piece), done);
    done += piece;
  }
  return done;
}

Result<Unit> AddressSpace::read(GuestAddr from, std::span<std::byte> to) {
  const u64 moved = for_each_piece(from, to.size(), Access::Read, [&](HostSpan bytes, u64 offset) {
    std::memcpy(to.data() + offset, bytes.data(), bytes.size());
  });
  return moved == to.size() ? Result<Unit>(Unit{}) : Errno::EFAULT;
}

Result<Unit> AddressSpace::write(GuestAddr to, std::span<const std::byte> from) {
  const bool one_page = to.page_offset() + from.size() <= kPageSize;
  if (!one_page) {
    // Nothing is written unless everything can be.
    const u64 ready = for_each_piece(to, from.size(), Access::Write, [](HostSpan, u64) {});
    if (ready != from.size()) return Errno::EFAULT;
  }
  const u64 moved = for_each_piece(to, from.size(), Access::Write, [&](HostSpan bytes, u64 offset) {
    std::memcpy(bytes.data(), from.data() + offset, bytes.size());
  });
  return moved == from.size() ? Result<Unit>(Unit{}) : Errno::EFAULT;
}

Result<u64> AddressSpace::read_some(GuestAddr from, std::span<std::byte> to) {
  const u64 moved = for_each_piece(from, to.size(), Access::Read, [&](HostSpan bytes, u64 offset) {
    std::memcpy(to.data() + offset, bytes.data(), bytes.size());
  });
  if (moved == 0 && !to.empty()) return Errno::EFAULT;
  return moved;
}

Result<u64> AddressSpace::write_some(GuestAddr to, std::span<const std::byte> from) {
  const u64 moved = for_each_piece(to, from.size(), Access::Write, [&](HostSpan bytes, u64 offset) {
    std::memcpy(bytes.data(), from.data() + offset, bytes.size());
  });
  if (moved == 0 && !from.empty()) return Errno::EFAULT;
  return moved;
}

Result<std::string> AddressSpace::read_c_string(GuestAddr from, u64 limit) {
  std::string result;
  while (result.size() < limit) {
    const GuestAddr here = from + result.size();
    const std::byte* bytes = here < from ? nullptr : host_bytes(here, Access::Read);
    if (!bytes) return Errno::EFAULT;
    const u64 room = std::min(limit - result.size(), kPageSize - here.page_offset());
    const char* text = reinterpret_cast<const char*>(bytes);
    const u64 length = ::strnlen(text, room);
    result.append(text, length);
    if (length < room) return result;
  }
  return Errno::ENAMETOOLONG;
}

Result<u64> AddressSpace::pin(GuestAddr from, u64 size, Access access, HostSpans& spans) {
  const u64 pinned = for_each_piece(from, size, access, [&](HostSpan bytes, u64) {
    if (!spans.empty() && spans.back().data() + spans.back().size() == bytes.data()) {
      spans.back() = HostSpan(spans.back().data(), spans.back().size() + bytes.size());
    } else {
      spans.push_back(bytes);
    }
  });
  if (pinned == 0 && size != 0) return Errno::EFAULT;
  return pinned;
}

}  // namespace kemu
