#include "fs/memory_file.h"

#include <algorithm>
#include <cstring>

#include "base/abi/fcntl_commands.h"
#include "fs/file_attributes.h"
#include "fs/machine_copy.h"

namespace kemu {

namespace {

constexpr u64 kMagic = 0x01021994;  // TMPFS_MAGIC
constexpr u64 kDevice = 1;          // of the kernel's own tmpfs mount
constexpr u64 kLargestSize = INT64_MAX;
constexpr u32 kKnownSeals = abi::kSealSeal | abi::kSealShrink | abi::kSealGrow | abi::kSealWrite |
                            abi::kSealFutureWrite | abi::kSealExecute;
constexpr u32 kAnyExecute = 0111;
constexpr u32 kNoWriting = abi::kSealWrite | abi::kSealFutureWrite;
constexpr u32 kAllocateKeepSize = 1;   // FALLOC_FL_KEEP_SIZE
constexpr u32 kAllocatePunchHole = 2;  // FALLOC_FL_PUNCH_HOLE

class MemoryInode : public Inode {
 public:
  explicit MemoryInode(std::shared_ptr<MemoryContents> contents) : contents_(std::move(contents)) {
    if ((contents_->seals & abi::kSealExecute) != 0) permissions_ &= ~kAnyExecute;
  }

  FileType type() const override { return FileType::Regular; }
  Result<FileStatus> status() override {
    FileStatus status;
    status.device = kDevice;
    status.inode = contents_->identity().inode;
    status.permissions = permissions_;
    status.links = 0;
    status.size = contents_->size();
    status.blocks = contents_->resident_pages() * (kPageSize / 512);
    return status;
  }
  Result<FilesystemStatus> filesystem_status() override {
    FilesystemStatus status;
    status.magic = kMagic;
    return status;
  }
  // Whoever has the descriptor may: trusted attributes are kept from others by the calls.
  Result<std::string> attribute(const std::string& name) override {
    return attributes_.get(name, TRY(status()), FileCredentials{});
  }
  Result<Unit> set_attribute(const std::string& name, std::string_view value,
                             AttributeMode mode) override {
    return attributes_.set(name, value, mode, TRY(status()), FileCredentials{});
  }
  Result<Unit> remove_attribute(const std::string& name) override {
    return attributes_.remove(name, TRY(status()), FileCredentials{});
  }
  Result<std::string> list_attributes() override { return attributes_.list(); }
  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override {
    auto file = std::make_shared<MemoryFile>(at, flags & ~abi::kOpenTruncate, contents_);
    if ((flags & abi::kOpenTruncate) != 0) TRY(file->truncate(0));
    return file;
  }
  Result<Unit> set_permissions(u32 permissions) override {
    // shmem_setattr: who is sealed neither gains nor loses the right.
    const bool sealed = (contents_->seals & abi::kSealExecute) != 0;
    if (sealed && ((permissions ^ permissions_) & kAnyExecute) != 0) return Errno::EPERM;
    permissions_ = permissions;
    return Unit{};
  }

  std::shared_ptr<Inode> copy_to(MachineCopy& copy) const override {
    auto made = std::make_shared<MemoryInode>(copy.as<MappedObject>(contents_));
    made->permissions_ = permissions_;
    made->attributes_ = attributes_;
    return copy_common(copy, made);
  }

 private:
  std::shared_ptr<MemoryContents> contents_;
  u32 permissions_ = 0777;
  FileAttributes attributes_;
};

}  // namespace

MemoryContents::~MemoryContents() {
  for (const auto& [index, page] : frames_) pool_.release(page.frame);
  if (quota_) quota_->used -= frames_.size();
}

Result<Frame> MemoryContents::frame(u64 index) {
  const auto found = frames_.lower_bound(index);
  if (found != frames_.end() && found->first == index) {
    TRY(make_own(found->second));
    return found->second.frame;
  }
  if (quota_) TRY(quota_->take());
  const auto made = pool_.allocate();
  if (!made.ok() && quota_) --quota_->used;
  frames_.emplace_hint(found, index, Page{TRY(made)});
  return *made;
}

Result<Unit> MemoryContents::make_own(Page& page) {
  if (!page.copy_on_write) return Unit{};
  if (pool_.references(page.frame) > 1) {
    const Frame own = TRY(pool_.allocate_copy(page.frame));
    pool_.release(std::exchange(page.frame, own));
  }
  page.copy_on_write = false;
  return Unit{};
}

std::shared_ptr<MappedObject> MemoryContents::copy_to(MemoryCopies& copies) {
  auto made = std::make_shared<MemoryContents>(pool_, identity_, copies.of(quota_));
  made->size_ = size_;
  made->seals = seals;
  for (auto& [index, page] : frames_) {
    if (copies.is_shared(page.frame)) {
      const Frame copy = copies.copy_shared(pool_, page.frame);
      if (copy != kNoFrame) made->frames_.emplace_hint(made->frames_.end(), index, Page{copy});
      continue;
    }
    page.copy_on_write = true;
    pool_.retain(page.frame);
    made->frames_.emplace_hint(made->frames_.end(), index, page);
  }
  return made;
}

MemoryContents::Frames::iterator MemoryContents::drop(Frames::iterator page) {
  pool_.release(page->second.frame);
  if (quota_) --quota_->used;
  return frames_.erase(page);
}

Result<Frame> MemoryContents::page(u64 index) {
  if (index >= (size_ + kPageMask) / kPageSize) return Errno::ENXIO;
  const Frame found = TRY(frame(index));
  pool_.retain(found);
  return found;
}

std::shared_ptr<MappedObject> MemoryContents::for_writing(std::shared_ptr<MappedObject> self) {
  ++shared_mappings;
  return {this, [this, self = std::move(self)](MappedObject*) { --shared_mappings; }};
}

u64 MemoryContents::read(const HostSpans& to, u64 offset) const {
  u64 moved = 0;
  for (HostSpan span : to) {
    while (!span.empty() && offset < size_) {
      const u64 in_page = offset & kPageMask;
      const u64 piece = std::min({span.size(), kPageSize - in_page, size_ - offset});
      const auto found = frames_.find(offset / kPageSize);
      if (found == frames_.end())
        std::memset(span.data(), 0, piece);
      else
        std::memcpy(span.data(), pool_.data(found->second.frame) + in_page, piece);
      span = span.subspan(piece);
      offset += piece;
      moved += piece;
    }
  }
  return moved;
}

Result<u64> MemoryContents::write(const HostSpans& from, u64 offset) {
  u64 moved = 0;
  for (HostSpan span : from) {
    while (!span.empty()) {
      const auto target = frame(offset / kPageSize);
      if (!target.ok() && moved == 0) return target.error();
      if (!target.ok()) return moved;
      const u64 in_page = offset & kPageMask;
      const u64 piece = std::min<u64>(span.size(), kPageSize - in_page);
      pool_.invalidate_code(*target);
      std::memcpy(pool_.data(*target) + in_page, span.data(), piece);
      span = span.subspan(piece);
      offset += piece;
      moved += piece;
      size_ = std::max(size_, offset);
    }
  }
  return moved;
}

void MemoryContents::resize(u64 size) {
  const bool shorter = size < size_;
  if (shorter) {
    clear(size, (size + kPageMask) & ~kPageMask);
    const u64 first = (size + kPageMask) / kPageSize;
    for (auto page = frames_.lower_bound(first); page != frames_.end();) page = drop(page);
  }
  size_ = size;
  if (shorter) pool_.unmap({this, (size + kPageMask) / kPageSize, ~u64{0}, nullptr});
}

/// Whoever maps pages of a hole is to map them no longer, so that they can be given back.
void MemoryContents::unmap(u64 first, u64 end) {
  auto page = frames_.lower_bound(first);
  while (page != frames_.end() && page->first < end && pool_.references(page->second.frame) == 1)
    ++page;
  if (page == frames_.end() || page->first >= end) return;
  pool_.unmap({this, first, end, [this](u64 index, Frame frame) {
                 const auto found = frames_.find(index);
                 return found != frames_.end() && found->second.frame == frame;
               }});
}

void MemoryContents::clear(u64 start, u64 end) {
  unmap((start + kPageMask) / kPageSize, end / kPageSize);
  for (auto page = frames_.lower_bound(start / kPageSize); page != frames_.end();) {
    const u64 at = page->first * kPageSize;
    if (at >= end) break;
    const u64 from = std::max(start, at);
    const u64 to = std::min(end, at + kPageSize);
    const bool alone = page->second.copy_on_write || pool_.references(page->second.frame) == 1;
    // Without memory for a page of its own nothing is left to do but to lose all of it.
    if ((to - from == kPageSize && alone) || !make_own(page->second).ok()) {
      page = drop(page);
      continue;
    }
    pool_.invalidate_code(page->second.frame);
    std::memset(pool_.data(page->second.frame) + (from & kPageMask), 0, to - from);
    ++page;
  }
}

Result<Unit> MemoryContents::punch_hole(u64 offset, u64 size) {
  if ((seals & kNoWriting) != 0) return Errno::EPERM;
  clear(offset, offset + size);
  return Unit{};
}

Result<Unit> MemoryContents::reserve(u64 start, u64 end) {
  std::vector<u64> made;
  for (u64 index = start / kPageSize; index * kPageSize < end; ++index) {
    const bool there = frames_.contains(index);
    const auto got = frame(index);
    if (got.ok() && !there) made.push_back(index);
    if (got.ok()) continue;
    for (const u64 undone : made) drop(frames_.find(undone));
    return got.error();
  }
  return Unit{};
}

u64 MemoryContents::next_data(u64 offset) const {
  const auto page = frames_.lower_bound(offset / kPageSize);
  return page == frames_.end() ? size_ : std::min(size_, std::max(offset, page->first * kPageSize));
}

u64 MemoryContents::next_hole(u64 offset) const {
  u64 index = offset / kPageSize;
  for (auto page = frames_.find(index); page != frames_.end() && page->first == index; ++page)
    ++index;
  return std::min(size_, std::max(offset, index * kPageSize));
}

Result<Unit> MemoryFile::check_size(u64 size) const {
  if (size > kLargestSize) return Errno::EFBIG;
  if (size > contents_->size() && (seals() & abi::kSealGrow) != 0) return Errno::EPERM;
  if (size < contents_->size() && (seals() & abi::kSealShrink) != 0) return Errno::EPERM;
  return Unit{};
}

std::shared_ptr<FileDescription> MemoryFile::copy_to(MachineCopy& copy) const {
  auto made =
      std::make_shared<MemoryFile>(copy.of(location_), flags_, copy.as<MappedObject>(contents_));
  made->offset_ = offset_;
  return copy_common(copy, made);
}

Result<u64> MemoryFile::read(const HostSpans& to) {
  const u64 moved = TRY(read_at(to, offset_));
  offset_ += moved;
  return moved;
}

Result<u64> MemoryFile::write(const HostSpans& from) {
  if ((flags_ & abi::kOpenAppend) != 0) offset_ = contents_->size();
  const u64 moved = TRY(write_at(from, offset_));
  offset_ += moved;
  return moved;
}

Result<u64> MemoryFile::read_at(const HostSpans& to, u64 offset) {
  if (!readable()) return Errno::EBADF;
  return contents_->read(to, offset);
}

Result<u64> MemoryFile::write_at(const HostSpans& from, u64 offset) {
  if (!writable()) return Errno::EBADF;
  if ((seals() & kNoWriting) != 0) return Errno::EPERM;
  u64 wanted = 0;
  for (const HostSpan& span : from) wanted += span.size();
  if (offset > kLargestSize - wanted) return Errno::EFBIG;
  TRY(check_size(std::max(contents_->size(), offset + wanted)));
  return contents_->write(from, offset);
}

Result<u64> MemoryFile::seek(i64 offset, Whence whence) {
  const i64 size = static_cast<i64>(contents_->size());
  i64 base = 0;
  switch (whence) {
    case Whence::Set: break;
    case Whence::Current: base = static_cast<i64>(offset_); break;
    case Whence::End: base = size; break;
    case Whence::Data:
    case Whence::Hole:
      if (offset < 0 || offset >= size) return Errno::ENXIO;
      // Pages that were never written are holes (mapping_seek_hole_data).
      if (whence == Whence::Hole) {
        base = static_cast<i64>(contents_->next_hole(static_cast<u64>(offset))) - offset;
        break;
      }
      base = static_cast<i64>(contents_->next_data(static_cast<u64>(offset))) - offset;
      if (base + offset == size) return Errno::ENXIO;
      break;
  }
  if (offset > INT64_MAX - base || base + offset < 0) return Errno::EINVAL;
  return offset_ = static_cast<u64>(base + offset);
}

Result<Unit> MemoryFile::truncate(u64 size) {
  if (!writable()) return Errno::EINVAL;
  TRY(check_size(size));
  contents_->resize(size);
  return Unit{};
}

Result<Unit> MemoryFile::allocate(u32 mode, u64 offset, u64 size) {
  if (!writable()) return Errno::EBADF;
  if (mode == (kAllocatePunchHole | kAllocateKeepSize)) {
    if ((seals() & kNoWriting) != 0) return Errno::EPERM;
    contents_->clear(offset, offset + size);
    return Unit{};
  }
  if ((mode & ~kAllocateKeepSize) != 0) return Errno::EOPNOTSUPP;
  const u64 wanted = std::max(contents_->size(), offset + size);
  TRY(check_size(wanted));
  TRY(contents_->reserve(offset, offset + size));
  if (mode == 0) contents_->resize(wanted);
  return Unit{};
}

Result<std::shared_ptr<MappedObject>> MemoryFile::mapping(Sharing sharing) {
  if (sharing == Sharing::Private || !writable()) return std::shared_ptr<MappedObject>(contents_);
  if ((seals() & kNoWriting) != 0) return Errno::EPERM;
  return contents_->for_writing(contents_);
}

Result<Unit> MemoryFile::add_seals(u32 added) {
  if (!writable()) return Errno::EPERM;
  if ((added & ~kKnownSeals) != 0) return Errno::EINVAL;
  if ((seals() & abi::kSealSeal) != 0) return Errno::EPERM;
  // What stays executable must not be written either (memfd_add_seals).
  if ((added & abi::kSealExecute) != 0 && (TRY(status()).permissions & kAnyExecute) != 0)
    added |= abi::kSealShrink | abi::kSealGrow | abi::kSealWrite | abi::kSealFutureWrite;
  const bool adds_write = (added & ~seals() & abi::kSealWrite) != 0;
  if (adds_write && contents_->shared_mappings > 0) return Errno::EBUSY;
  contents_->seals |= added;
  return Unit{};
}

std::shared_ptr<FileDescription> make_memory_file(FramePool& pool, const std::string& name,
                                                  u32 seals, u64 inode_number) {
  Dentry dentry;
  dentry.name = name + " (deleted)";
  auto contents = std::make_shared<MemoryContents>(
      pool, MappedObject::Identity{kDevice, inode_number, dentry.name});
  contents->seals = seals;
  dentry.inode = std::make_shared<MemoryInode>(contents);
  return std::make_shared<MemoryFile>(std::make_shared<const Dentry>(std::move(dentry)),
                                      abi::kOpenReadWrite | abi::kOpenLargeFile,
                                      std::move(contents));
}

}  // namespace kemu
