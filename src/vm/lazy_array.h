#pragma once

#include <sys/mman.h>

#include <type_traits>
#include <utility>

#include "base/result.h"
#include "base/types.h"

namespace kemu {

/// A fixed-size array of zeros that costs host memory only where it is touched. Per-frame state of
/// a pool of millions of frames lives in one without being cleared at start-up.
template <typename T>
class LazyArray {
  static_assert(std::is_trivial_v<T>);

 public:
  LazyArray() = default;
  /// ENOMEM when the host refuses the reservation.
  static Result<LazyArray> create(u64 count) {
    void* memory = ::mmap(nullptr, count * sizeof(T), PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return host_errno();
    LazyArray array;
    array.data_ = static_cast<T*>(memory);
    array.count_ = count;
    return array;
  }
  LazyArray(LazyArray&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), count_(std::exchange(other.count_, 0)) {}
  LazyArray& operator=(LazyArray&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(count_, other.count_);
    return *this;
  }
  ~LazyArray() {
    if (data_) ::munmap(data_, count_ * sizeof(T));
  }

  T& operator[](u64 index) { return data_[index]; }
  const T& operator[](u64 index) const { return data_[index]; }
  u64 size() const { return count_; }

 private:
  T* data_ = nullptr;
  u64 count_ = 0;
};

}  // namespace kemu
