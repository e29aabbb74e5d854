#include "fs/fd_table.h"

#include <bit>

#include "fs/machine_copy.h"

namespace kemu {

namespace {

/// Linux allocates a table beyond the first in powers of two of so many (fs/file.c,
/// alloc_fdtable: a KiB of pointers).
constexpr u64 kGrowthUnit = 128;

}  // namespace

std::unique_ptr<FdTable> FdTable::fork() const {
  auto copy = std::make_unique<FdTable>();
  copy->slots_ = slots_;
  // What is closed is not copied, so the new table may have less room (dup_fd).
  while (!copy->slots_.empty() && !copy->slots_.back().file) copy->slots_.pop_back();
  if (!copy->slots_.empty()) copy->make_room_for(copy->slots_.size() - 1);
  return copy;
}

void FdTable::make_room_for(u64 number) {
  if (number >= slots_.size()) slots_.resize(number + 1);
  if (number < capacity_) return;
  capacity_ = std::bit_ceil(number / kGrowthUnit + 1) * kGrowthUnit;
}

Result<FdTable::Slot*> FdTable::slot(i32 fd) {
  if (fd < 0 || static_cast<u64>(fd) >= slots_.size()) return Errno::EBADF;
  Slot& found = slots_[static_cast<u64>(fd)];
  if (!found.file) return Errno::EBADF;
  return &found;
}

std::shared_ptr<FdTable> FdTable::copy_to(MachineCopy& copy) const {
  auto made = std::make_shared<FdTable>();
  made->capacity_ = capacity_;
  for (const Slot& slot : slots_) made->slots_.push_back({copy.of(slot.file), slot.close_on_exec});
  return made;
}

Result<std::shared_ptr<FileDescription>> FdTable::get(i32 fd) const {
  if (fd < 0 || static_cast<u64>(fd) >= slots_.size()) return Errno::EBADF;
  const Slot& found = slots_[static_cast<u64>(fd)];
  if (!found.file) return Errno::EBADF;
  return found.file;
}

u64 FdTable::lowest_free(u64 from) const {
  u64 number = from;
  while (number < slots_.size() && slots_[number].file) ++number;
  return number;
}

Result<i32> FdTable::insert(std::shared_ptr<FileDescription> file, CloseOnExec close_on_exec,
                            u64 limit, i32 from) {
  CHECK(file);
  if (from < 0 || (from > 0 && static_cast<u64>(from) >= limit)) return Errno::EINVAL;
  const u64 number = lowest_free(static_cast<u64>(from));
  if (number >= limit) return Errno::EMFILE;
  make_room_for(number);
  slots_[number] = Slot{std::move(file), close_on_exec};
  return static_cast<i32>(number);
}

Result<i32> FdTable::insert_at(i32 fd, std::shared_ptr<FileDescription> file,
                               CloseOnExec close_on_exec, u64 limit) {
  CHECK(file);
  if (fd < 0 || static_cast<u64>(fd) >= limit) return Errno::EBADF;
  const u64 number = static_cast<u64>(fd);
  make_room_for(number);
  // The old description goes last: its end may wake others, who must find the table as it will be.
  const Slot old = std::exchange(slots_[number], Slot{std::move(file), close_on_exec});
  return fd;
}

Result<std::shared_ptr<FileDescription>> FdTable::remove(i32 fd) {
  Slot* found = TRY(slot(fd));
  auto file = std::move(found->file);
  *found = Slot{};
  return file;
}

void FdTable::close_for_exec() {
  for (Slot& slot : slots_) {
    if (slot.close_on_exec == CloseOnExec::No) continue;
    const Slot old = std::exchange(slot, Slot{});
  }
}

std::vector<i32> FdTable::numbers() const {
  std::vector<i32> found;
  for (u64 number = 0; number < slots_.size(); ++number)
    if (slots_[number].file) found.push_back(static_cast<i32>(number));
  return found;
}

}  // namespace kemu
