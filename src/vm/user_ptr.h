#pragma once

#include "vm/guest_addr.h"

namespace kemu {

/// A guest pointer to a T the kernel only reads. It cannot be dereferenced.
template <typename T>
struct InPtr {
  GuestAddr addr;
  bool is_null() const { return addr.is_null(); }
};

/// A guest pointer to a T the kernel only writes.
template <typename T>
struct OutPtr {
  GuestAddr addr;
  bool is_null() const { return addr.is_null(); }
};

/// A guest pointer to a T the kernel reads and writes.
template <typename T>
struct InOutPtr {
  GuestAddr addr;
  bool is_null() const { return addr.is_null(); }
};

}  // namespace kemu
