#pragma once

#include <map>

#include "fs/file_description.h"

namespace kemu {

/// How many pages the files of one file system may hold together; 0: no limit.
struct MemoryQuota {
  u64 limit = 0;
  u64 used = 0;

  /// Takes a page: ENOSPC.
  Result<Unit> take() {
    if (limit != 0 && used >= limit) return Errno::ENOSPC;
    ++used;
    return Unit{};
  }

  std::shared_ptr<MemoryQuota> copy_to(MemoryCopies&) const {
    return std::make_shared<MemoryQuota>(*this);
  }
};

/// The bytes of a file that lives in frames of the pool, so that reads, writes and mappings are the
/// same memory. Linux's shmem `struct address_space`.
class MemoryContents : public MappedObject {
 public:
  MemoryContents(FramePool& pool, Identity identity, std::shared_ptr<MemoryQuota> quota = nullptr)
      : pool_(pool), identity_(std::move(identity)), quota_(std::move(quota)) {}
  ~MemoryContents() override;
  MemoryContents(const MemoryContents&) = delete;
  MemoryContents& operator=(const MemoryContents&) = delete;

  Result<Frame> page(u64 index) override;
  Result<Unit> write_back(u64) override { return Unit{}; }
  Result<Unit> punch_hole(u64 offset, u64 size) override;
  std::shared_ptr<MappedObject> copy_to(MemoryCopies& copies) override;
  std::shared_ptr<MappedObject> for_writing(std::shared_ptr<MappedObject> self) override;
  Identity identity() const override { return identity_; }
  void set_path(std::string path) { identity_.path = std::move(path); }

  u64 size() const { return size_; }
  u64 resident_pages() const { return frames_.size(); }
  u64 read(const HostSpans& to, u64 offset) const;
  /// Bytes written before frames ran out; ENOMEM or ENOSPC when none.
  Result<u64> write(const HostSpans& from, u64 offset);
  void resize(u64 size);
  /// A hole over [start, end): whole pages are given back, the rest becomes zeros.
  void clear(u64 start, u64 end);
  /// Frames for all of [start, end), or none that were not there: ENOMEM, ENOSPC.
  Result<Unit> reserve(u64 start, u64 end);
  /// The first byte from `offset` on that has a frame, or has none; `size()` when there is none.
  u64 next_data(u64 offset) const;
  u64 next_hole(u64 offset) const;

  u32 seals = 0;            // abi::kSeal…
  u64 shared_mappings = 0;  // of descriptions open for writing, so they may write

 private:
  struct Page {
    Frame frame = kNoFrame;
    bool copy_on_write = false;  // a copy of the machine may have it, too
  };
  using Frames = std::map<u64, Page>;
  /// Of a page that is about to be mapped or written.
  Result<Frame> frame(u64 index);
  Result<Unit> make_own(Page& page);
  void unmap(u64 first, u64 end);
  Frames::iterator drop(Frames::iterator page);

  FramePool& pool_;
  Identity identity_;
  std::shared_ptr<MemoryQuota> quota_;
  u64 size_ = 0;
  Frames frames_;
};

/// An open file over MemoryContents: what memfd_create(2) makes, and a tmpfs opens.
class MemoryFile : public FileDescription {
 public:
  MemoryFile(Location location, u32 flags, std::shared_ptr<MemoryContents> contents)
      : FileDescription(std::move(location), flags), contents_(std::move(contents)) {}

  Result<u64> read(const HostSpans& to) override;
  Result<u64> write(const HostSpans& from) override;
  Result<u64> read_at(const HostSpans& to, u64 offset) override;
  Result<u64> write_at(const HostSpans& from, u64 offset) override;
  Result<u64> seek(i64 offset, Whence whence) override;
  Result<Unit> truncate(u64 size) override;
  Result<Unit> allocate(u32 mode, u64 offset, u64 size) override;
  Result<Unit> sync(bool) override { return Unit{}; }
  Result<std::shared_ptr<MappedObject>> mapping(Sharing sharing) override;
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override;

  /// F_GET_SEALS.
  u32 seals() const { return contents_->seals; }
  /// F_ADD_SEALS. EPERM after F_SEAL_SEAL or for a file open for reading only; EBUSY for
  /// F_SEAL_WRITE while it is mapped shared; EINVAL.
  Result<Unit> add_seals(u32 seals);

 protected:
  void set_offset(u64 offset) { offset_ = offset; }
  u64 offset() const { return offset_; }
  /// EPERM where a seal forbids the file to get that size.
  Result<Unit> check_size(u64 size) const;

 private:
  std::shared_ptr<MemoryContents> contents_;
  u64 offset_ = 0;
};

/// memfd_create(2): an empty nameless file, open for reading and writing. With F_SEAL_EXEC among
/// its seals it cannot be executed.
std::shared_ptr<FileDescription> make_memory_file(FramePool& pool, const std::string& name,
                                                  u32 seals, u64 inode_number);

}  // namespace kemu
