#pragma once

#include <fmt/format.h>

#include <array>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace kemu {

/// Which ids name a process, a task, a group or a session: an id is given out again when none of
/// them uses it any more. Linux's pid bitmap with the reference counts of its `struct pid`.
class PidTable {
 public:
  static constexpr i32 kPidMax = 32768;  // kernel.pid_max

  PidTable();
  /// The lowest free id after the last one given out; after the highest it goes on above those
  /// that early processes have. EAGAIN when none is free. It counts as used once a PidUse holds it.
  Result<i32> allocate();
  /// For set_tid: EEXIST when it is used, EINVAL when there is no such id.
  Result<Unit> check_free(i32 id) const;
  bool in_use(i32 id) const { return known(id) && uses_[static_cast<u32>(id)] > 0; }

  void retain(i32 id);
  void release(i32 id);
  /// The next id given out is the one that `original` would give, if the same are in use.
  void go_on_from(const PidTable& original) { last_ = original.last_; }

 private:
  static bool known(i32 id) { return id > 0 && id < kPidMax; }
  /// The lowest free id of [from, kPidMax), or 0.
  i32 free_from(i32 from) const;

  std::array<u64, kPidMax / 64> taken_{};  // a bit an id: used by somebody
  std::vector<u32> uses_;
  i32 last_ = 1;
};

/// One use of an id, as somebody's pid, group or session. Reads as the number.
class PidUse {
 public:
  PidUse() = default;
  PidUse(PidTable& table, i32 id) : table_(&table), id_(id) { retain(); }
  PidUse(const PidUse& other) : table_(other.table_), id_(other.id_) { retain(); }
  PidUse& operator=(const PidUse& other);
  /// Another id of the same table.
  PidUse& operator=(i32 id);
  ~PidUse() { release(); }

  operator i32() const { return id_; }
  i32 value() const { return id_; }

 private:
  void retain() const {
    if (table_) table_->retain(id_);
  }
  void release() const {
    if (table_) table_->release(id_);
  }

  PidTable* table_ = nullptr;
  i32 id_ = 0;
};

}  // namespace kemu

template <>
struct fmt::formatter<kemu::PidUse> : fmt::formatter<kemu::i32> {
  template <typename Context>
  auto format(const kemu::PidUse& use, Context& context) const {
    return fmt::formatter<kemu::i32>::format(use.value(), context);
  }
};
