#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "fs/file_description.h"

namespace kemu {

enum class CloseOnExec : u8 { No, Yes };

/// Descriptor numbers → open file descriptions, with the close-on-exec flags. Linux's
/// `struct files_struct`.
class FdTable {
 public:
  struct Slot {
    std::shared_ptr<FileDescription> file;
    CloseOnExec close_on_exec = CloseOnExec::No;
  };

  /// A copy that shares the descriptions (fork, or clone without CLONE_FILES).
  std::unique_ptr<FdTable> fork() const;
  /// The same numbers and descriptions in a copy of the machine.
  std::shared_ptr<FdTable> copy_to(MachineCopy& copy) const;

  /// EBADF when not open.
  Result<std::shared_ptr<FileDescription>> get(i32 fd) const;
  /// True when `insert` would find a number below `limit`: calls ask before they make anything.
  bool has_room(u64 limit) const { return lowest_free(0) < limit; }
  /// The lowest free number at or above `from` and below `limit` (RLIMIT_NOFILE). EMFILE; EINVAL
  /// for `from` out of range.
  Result<i32> insert(std::shared_ptr<FileDescription> file, CloseOnExec close_on_exec, u64 limit,
                     i32 from = 0);
  /// dup2: closes what was there. EBADF beyond the limit.
  Result<i32> insert_at(i32 fd, std::shared_ptr<FileDescription> file, CloseOnExec close_on_exec,
                        u64 limit);
  Result<std::shared_ptr<FileDescription>> remove(i32 fd);
  Result<Slot*> slot(i32 fd);
  /// execve(2): closes what is marked.
  void close_for_exec();
  /// An upper bound of how many descriptors are open, at no cost.
  u64 size() const { return slots_.size(); }
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (const Slot& slot : slots_)
      if (slot.file) visit(*slot.file);
  }
  /// Descriptor numbers in use, ascending.
  std::vector<i32> numbers() const;
  /// How many descriptors Linux's table would have room for now: select(2) looks at no more.
  u64 capacity() const { return capacity_; }

 private:
  u64 lowest_free(u64 from) const;
  void make_room_for(u64 number);

  std::vector<Slot> slots_;
  u64 capacity_ = kLeastCapacity;

  static constexpr u64 kLeastCapacity = 64;
};

}  // namespace kemu
