#pragma once

#include <vector>

#include "base/abi/io.h"
#include "vm/address_space.h"

namespace kemu {

/// The guest memory one transfer moves bytes from or to: read(2)'s buffer or readv(2)'s array of
/// them, at most kMaxRwCount bytes. Linux's `struct iov_iter`.
class GuestBuffer {
 public:
  /// EFAULT when it reaches beyond user space, whatever is mapped there.
  static Result<GuestBuffer> from_range(GuestAddr addr, u64 size);
  /// An array of `count` abi::Iovec. EINVAL for a count out of 0…1024 or a negative size; EFAULT.
  static Result<GuestBuffer> from_iovecs(AddressSpace& space, GuestAddr iovecs, i32 count);

  u64 size() const { return size_; }
  /// Keeps the first `size` bytes.
  void truncate(u64 size);
  /// Appends the host bytes behind [offset, offset + most) up to the first fault. EFAULT when none.
  Result<u64> pin(AddressSpace& space, u64 offset, u64 most, Access access, HostSpans& spans) const;

 private:
  Result<Unit> add(GuestAddr addr, u64 size);

  std::vector<abi::Iovec> pieces_;
  u64 size_ = 0;
};

}  // namespace kemu
