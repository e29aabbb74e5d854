#include "process/pid_table.h"

#include <bit>

#include "base/check.h"

namespace kemu {

PidTable::PidTable() : uses_(kPidMax) {
  taken_[0] = 1;  // 0 is nobody's
  retain(1);      // the kernel itself
}

i32 PidTable::free_from(i32 from) const {
  for (u32 word = static_cast<u32>(from) / 64; word < taken_.size(); ++word) {
    u64 free = ~taken_[word];
    if (word == static_cast<u32>(from) / 64) free &= ~u64{0} << from % 64;
    if (free != 0) return static_cast<i32>(word * 64 + static_cast<u32>(std::countr_zero(free)));
  }
  return 0;
}

Result<i32> PidTable::allocate() {
  constexpr i32 kFirstAfterWrap = 300;  // RESERVED_PIDS in kernel/pid.c
  i32 id = free_from(last_ + 1);
  if (id == 0) id = free_from(kFirstAfterWrap);
  if (id == 0) return Errno::EAGAIN;
  last_ = id;
  return id;
}

Result<Unit> PidTable::check_free(i32 id) const {
  if (!known(id)) return Errno::EINVAL;
  if (in_use(id)) return Errno::EEXIST;
  return Unit{};
}

void PidTable::retain(i32 id) {
  if (!known(id)) return;
  if (uses_[static_cast<u32>(id)]++ == 0) taken_[static_cast<u32>(id) / 64] |= u64{1} << id % 64;
}

void PidTable::release(i32 id) {
  if (!known(id)) return;
  CHECK(uses_[static_cast<u32>(id)] > 0);
  if (--uses_[static_cast<u32>(id)] == 0) taken_[static_cast<u32>(id) / 64] &= ~(u64{1} << id % 64);
}

PidUse& PidUse::operator=(const PidUse& other) {
  other.retain();
  release();
  table_ = other.table_;
  id_ = other.id_;
  return *this;
}

PidUse& PidUse::operator=(i32 id) {
  if (table_) table_->retain(id);
  release();
  id_ = id;
  return *this;
}

}  // namespace kemu
