#include <algorithm>
#include <array>
#include <cstring>

#include "fs/file_description.h"
#include "fs/machine_copy.h"
#include "process/procfs_parts.h"

// /proc/PID/mem and pagemap: a process's memory by address, and which of its pages there are.

namespace kemu::procfs {
namespace {

/// Positions that are addresses: seeking is free, there is no end (mem_lseek()).
class AddressedFile : public FileDescription {
 public:
  AddressedFile(Location location, u32 flags, const std::shared_ptr<AddressSpace>& space)
      : FileDescription(std::move(location), flags), space_(space) {}

  Result<u64> read(const HostSpans& to) override {
    const u64 moved = TRY(read_at(to, position_));
    position_ += moved;
    return moved;
  }
  Result<u64> write(const HostSpans& from) override {
    const u64 moved = TRY(write_at(from, position_));
    position_ += moved;
    return moved;
  }
  Result<u64> write_at(const HostSpans&, u64) override { return Errno::EBADF; }
  Result<u64> seek(i64 offset, Whence whence) override {
    if (whence != Whence::Set && whence != Whence::Current) return Errno::EINVAL;
    if (whence == Whence::Current) offset += static_cast<i64>(position_);
    if (offset < 0) return Errno::EINVAL;
    position_ = static_cast<u64>(offset);
    return position_;
  }

 protected:
  template <typename File>
  std::shared_ptr<FileDescription> copy_as(MachineCopy& copy) const {
    auto made = std::make_shared<File>(copy.of(location_), flags_, copy.of(space_).lock());
    made->position_ = position_;
    return copy_common(copy, made);
  }

  /// Null once the program of the opener's time is gone, by exit or execve.
  std::shared_ptr<AddressSpace> space() const { return space_.lock(); }

 private:
  std::weak_ptr<AddressSpace> space_;
  u64 position_ = 0;
};

/// /proc/PID/mem. A page goes by a copy: the two memories may be one.
class MemoryAccessFile final : public AddressedFile {
 public:
  using AddressedFile::AddressedFile;

  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override {
    return copy_as<MemoryAccessFile>(copy);
  }
  Result<u64> read_at(const HostSpans& to, u64 offset) override {
    if (!readable()) return Errno::EBADF;
    return move(to, offset, [](AddressSpace& space, GuestAddr place, HostSpan piece) {
      std::array<std::byte, kPageSize> page;
      const HostSpan copy(page.data(), piece.size());
      const auto got = space.read_some(place, copy);
      if (got.ok()) std::memcpy(piece.data(), copy.data(), *got);
      return got;
    });
  }
  Result<u64> write_at(const HostSpans& from, u64 offset) override {
    if (!writable()) return Errno::EBADF;
    return move(from, offset, [](AddressSpace& space, GuestAddr place, HostSpan piece) {
      std::array<std::byte, kPageSize> page;
      std::memcpy(page.data(), piece.data(), piece.size());
      return space.write_some(place, HostSpan(page.data(), piece.size()));
    });
  }

 private:
  template <typename MovePiece>
  Result<u64> move(const HostSpans& spans, u64 offset, MovePiece&& move_piece) {
    const auto memory = space();
    if (!memory) return u64{0};
    u64 done = 0;
    for (const HostSpan& span : spans) {
      for (u64 at = 0; at < span.size();) {
        const u64 size = std::min<u64>(kPageSize, span.size() - at);
        const auto got = move_piece(*memory, GuestAddr(offset + done), span.subspan(at, size));
        const u64 moved = got.ok() ? *got : 0;
        done += moved;
        at += moved;
        if (moved == size) continue;
        if (done == 0) return Errno::EIO;
        return done;
      }
    }
    return done;
  }
};

/// /proc/PID/pagemap: eight bytes a page (Documentation/admin-guide/mm/pagemap.rst). Where a page
/// is in memory nobody is told, as nobody without CAP_SYS_ADMIN is on Linux.
class PageMapFile final : public AddressedFile {
 public:
  using AddressedFile::AddressedFile;

  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override {
    return copy_as<PageMapFile>(copy);
  }
  Result<u64> read_at(const HostSpans& to, u64 offset) override {
    if (!readable()) return Errno::EBADF;
    if (offset % kEntry != 0) return Errno::EINVAL;
    const auto memory = space();
    if (!memory) return u64{0};
    u64 done = 0;
    for (const HostSpan& span : to) {
      if (span.size() % kEntry != 0) return done > 0 ? Result<u64>(done) : Errno::EINVAL;
      for (u64 at = 0; at < span.size(); at += kEntry, done += kEntry) {
        const u64 page = (offset + done) / kEntry;
        if (page >= kUserEnd.value() / kPageSize) return done;
        const u64 entry = describe(*memory, GuestAddr(page * kPageSize));
        std::memcpy(span.data() + at, &entry, kEntry);
      }
    }
    return done;
  }

 private:
  static constexpr u64 kEntry = 8;
  static constexpr u64 kPresent = u64{1} << 63;
  static constexpr u64 kFileOrShared = u64{1} << 61;
  static constexpr u64 kSoftDirty = u64{1} << 55;

  static u64 describe(const AddressSpace& space, GuestAddr page) {
    const Vma* vma = space.map().find(page);
    const PageEntry* entry = space.pages().find(page);
    u64 told = vma ? kSoftDirty : 0;
    if (!vma || !entry || !entry->present()) return told;
    return told | kPresent | (page_of_object(*vma, *entry) ? kFileOrShared : 0);
  }
};

enum class Kind : u8 { Memory, PageMap };

class AddressedInode final : public Inode {
 public:
  AddressedInode(Kernel& kernel, const Subject& subject, u64 number, Kind kind)
      : kernel_(kernel), subject_(subject), number_(number), kind_(kind) {}

  FileType type() const override { return FileType::Regular; }
  Result<FileStatus> status() override {
    FileStatus status;
    status.device = TreeIdentity().device;
    status.inode = number_;
    status.permissions = kind_ == Kind::Memory ? 0600 : 0400;
    status.block_size = 1024;
    return status;
  }
  Result<FilesystemStatus> filesystem_status() override {
    FilesystemStatus status;
    status.magic = TreeIdentity().magic;
    return status;
  }
  Result<Unit> truncate(u64) override { return Unit{}; }
  bool made_by_lookup() const override { return true; }
  std::shared_ptr<Inode> copy_to(MachineCopy& copy) const override {
    copy.refuse("a process's memory file is in use that has no name");
    return nullptr;
  }
  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override {
    const Somebody who = TRY(find(kernel_, subject_));
    if (who.process && !may_look_into(kernel_, *who.process)) return Errno::EACCES;
    const std::shared_ptr<AddressSpace> space = who.task ? who.task->space : nullptr;
    flags &= ~abi::kOpenTruncate;
    if (kind_ == Kind::Memory) return std::make_shared<MemoryAccessFile>(at, flags, space);
    return std::make_shared<PageMapFile>(at, flags, space);
  }

 private:
  Kernel& kernel_;
  Subject subject_;
  u64 number_;
  Kind kind_;
};

}  // namespace

std::shared_ptr<Inode> make_memory_file(Kernel& kernel, const Subject& subject, u64 inode) {
  return std::make_shared<AddressedInode>(kernel, subject, inode, Kind::Memory);
}

std::shared_ptr<Inode> make_page_map(Kernel& kernel, const Subject& subject, u64 inode) {
  return std::make_shared<AddressedInode>(kernel, subject, inode, Kind::PageMap);
}

}  // namespace kemu::procfs
