#pragma once

#include <unordered_map>

#include "fs/file_description.h"

namespace kemu {

/// The bytes of a file that lives in frames of the pool, so that reads, writes and mappings are the
/// same memory. Linux's shmem `struct address_space`.
class MemoryContents : public MappedObject {
 public:
  MemoryContents(FramePool& pool, Identity identity)
      : pool_(pool), identity_(std::move(identity)) {}
  ~MemoryContents() override;
  MemoryContents(const MemoryContents&) = delete;
  MemoryContents& operator=(const MemoryContents&) = delete;

  Result<Frame> page(u64 index) override;
  Result<Unit> write_back(u64) override { return Unit{}; }
  Identity identity() const override { return identity_; }

  u64 size() const { return size_; }
  u64 resident_pages() const { return frames_.size(); }
  u64 read(const HostSpans& to, u64 offset) const;
  /// Bytes written before frames ran out; ENOMEM when none.
  Result<u64> write(const HostSpans& from, u64 offset);
  void resize(u64 size);
  /// Zeros over what exists of [start, end).
  void clear(u64 start, u64 end);

  u32 seals = 0;            // abi::kSeal…
  u64 shared_mappings = 0;  // of descriptions open for writing, so they may write

 private:
  Result<Frame> frame(u64 index);

  FramePool& pool_;
  Identity identity_;
  u64 size_ = 0;
  std::unordered_map<u64, Frame> frames_;
};

/// An open file over MemoryContents: what memfd_create(2) makes.
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

  /// F_GET_SEALS.
  u32 seals() const { return contents_->seals; }
  /// F_ADD_SEALS. EPERM after F_SEAL_SEAL or for a file open for reading only; EBUSY for
  /// F_SEAL_WRITE while it is mapped shared; EINVAL.
  Result<Unit> add_seals(u32 seals);

 private:
  /// EPERM where a seal forbids the file to get that size.
  Result<Unit> check_size(u64 size) const;

  std::shared_ptr<MemoryContents> contents_;
  u64 offset_ = 0;
};

/// memfd_create(2): an empty nameless file, open for reading and writing.
std::shared_ptr<FileDescription> make_memory_file(FramePool& pool, const std::string& name,
                                                  u32 seals, u64 inode_number);

}  // namespace kemu
