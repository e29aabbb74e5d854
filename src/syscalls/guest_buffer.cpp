#include "syscalls/guest_buffer.h"

#include <algorithm>

#include "base/abi/fcntl.h"

namespace kemu {

Result<Unit> GuestBuffer::add(GuestAddr addr, u64 size) {
  const u64 limit = kUserEnd.value();
  if (size > limit || addr.value() > limit - size) return Errno::EFAULT;
  const u64 taken = std::min(size, abi::kMaxRwCount - size_);
  if (taken > 0) pieces_.push_back({addr.value(), taken});
  size_ += taken;
  return Unit{};
}

Result<GuestBuffer> GuestBuffer::from_range(GuestAddr addr, u64 size) {
  GuestBuffer buffer;
  TRY(buffer.add(addr, size));
  return buffer;
}

Result<GuestBuffer> GuestBuffer::from_iovecs(AddressSpace& space, GuestAddr iovecs, i32 count) {
  if (count < 0 || static_cast<u32>(count) > abi::kIovMax) return Errno::EINVAL;
  std::vector<abi::Iovec> given(static_cast<u32>(count));
  TRY(space.read(iovecs, std::as_writable_bytes(std::span(given))));
  GuestBuffer buffer;
  for (const abi::Iovec& piece : given) {
    if (static_cast<i64>(piece.size) < 0) return Errno::EINVAL;
    TRY(buffer.add(GuestAddr(piece.base), piece.size));
  }
  return buffer;
}

void GuestBuffer::truncate(u64 size) {
  u64 left = size_ = std::min(size_, size);
  for (abi::Iovec& piece : pieces_) {
    piece.size = std::min(piece.size, left);
    left -= piece.size;
  }
}

Result<u64> GuestBuffer::pin(AddressSpace& space, u64 offset, u64 most, Access access,
                             HostSpans& spans) const {
  u64 pinned = 0;
  for (const abi::Iovec& piece : pieces_) {
    if (offset >= piece.size) {
      offset -= piece.size;
      continue;
    }
    const u64 wanted = std::min(piece.size - offset, most - pinned);
    if (wanted == 0) break;
    const auto some = space.pin(GuestAddr(piece.base) + offset, wanted, access, spans);
    if (!some.ok()) break;
    pinned += *some;
    if (*some < wanted) break;
    offset = 0;
  }
  if (pinned == 0 && most > 0) return Errno::EFAULT;
  return pinned;
}

}  // namespace kemu
