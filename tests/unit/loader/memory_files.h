#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "fs/file_description.h"
#include "fs/inode.h"
#include "fs/path_walk.h"
#include "vm/frame_pool.h"

namespace kemu::test {

/// The pages of one file's bytes, each in one frame that every mapping shares.
class MemoryPages final : public MappedObject {
 public:
  MemoryPages(FramePool& pool, std::string bytes) : pool_(pool), bytes_(std::move(bytes)) {}
  ~MemoryPages() override {
    for (const auto& [index, frame] : frames_) pool_.release(frame);
  }
  Result<Frame> page(u64 index) override {
    if (index >= (bytes_.size() + kPageSize - 1) / kPageSize) return Errno::ENXIO;
    auto it = frames_.find(index);
    if (it == frames_.end()) {
      it = frames_.emplace(index, TRY(pool_.allocate())).first;
      const u64 offset = index * kPageSize;
      std::memcpy(pool_.data(it->second), bytes_.data() + offset,
                  std::min(kPageSize, bytes_.size() - offset));
    }
    pool_.retain(it->second);
    return it->second;
  }
  Result<Unit> write_back(u64) override { return Unit{}; }
  Identity identity() const override { return {1, 2, "/memory"}; }

 private:
  FramePool& pool_;
  std::string bytes_;
  std::map<u64, Frame> frames_;
};

/// A regular file of given bytes, which counts how often it is read.
class MemoryFile final : public Inode {
 public:
  MemoryFile(FramePool& pool, u64 number, std::string bytes, u32 permissions = 0755)
      : pages_(std::make_shared<MemoryPages>(pool, bytes)),
        number_(number),
        bytes_(std::move(bytes)),
        permissions_(permissions) {}

  std::shared_ptr<Inode> copy_to(MachineCopy&) const override { return nullptr; }
  FileType type() const override { return FileType::Regular; }
  Result<FileStatus> status() override {
    FileStatus status;
    status.inode = number_;
    status.permissions = permissions_;
    status.size = bytes_.size();
    status.modified = modified;
    return status;
  }
  Result<Unit> check_access(u32 mode) override {
    if ((mode & 1) && !(permissions_ & 0111)) return Errno::EACCES;
    return Unit{};
  }
  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override;

  u64 reads = 0;
  Nanoseconds modified = 0;

 private:
  friend class OpenMemoryFile;
  std::shared_ptr<MemoryPages> pages_;
  u64 number_;
  std::string bytes_;
  u32 permissions_;
};

class OpenMemoryFile final : public FileDescription {
 public:
  using FileDescription::FileDescription;
  Result<u64> read_at(const HostSpans& to, u64 offset) override {
    MemoryFile& file = static_cast<MemoryFile&>(inode());
    ++file.reads;
    u64 moved = 0;
    for (const HostSpan& span : to) {
      const u64 from = std::min<u64>(offset + moved, file.bytes_.size());
      const u64 count = std::min<u64>(span.size(), file.bytes_.size() - from);
      if (count > 0) std::memcpy(span.data(), file.bytes_.data() + from, count);
      moved += count;
    }
    return moved;
  }
  Result<std::shared_ptr<MappedObject>> mapping(Sharing) override {
    return std::shared_ptr<MappedObject>(static_cast<MemoryFile&>(inode()).pages_);
  }
};

inline Result<std::shared_ptr<FileDescription>> MemoryFile::open(const Location& at, u32 flags) {
  return std::shared_ptr<FileDescription>(std::make_shared<OpenMemoryFile>(at, flags));
}

/// A directory, or with another type something that is neither file nor directory.
class MemoryDirectory final : public Inode {
 public:
  explicit MemoryDirectory(FileType type = FileType::Directory) : type_(type) {}
  std::shared_ptr<Inode> copy_to(MachineCopy&) const override { return nullptr; }
  FileType type() const override { return type_; }
  Result<FileStatus> status() override {
    FileStatus status;
    status.type = type_;
    status.permissions = 0755;
    return status;
  }
  Result<Unit> check_access(u32) override { return Unit{}; }
  Result<std::shared_ptr<Inode>> lookup(std::string_view name, const Caller&) override {
    const auto it = entries.find(name);
    if (it == entries.end()) return Errno::ENOENT;
    return it->second;
  }
  Result<std::shared_ptr<FileDescription>> open(const Location&, u32) override {
    return Errno::EISDIR;
  }

  std::map<std::string, std::shared_ptr<Inode>, std::less<>> entries;

 private:
  FileType type_;
};

/// A machine's files in memory, and a walker over them.
struct MemoryFiles {
  explicit MemoryFiles(FramePool& frame_pool) : pool(frame_pool) {}

  std::shared_ptr<MemoryFile> add(const std::string& name, std::string bytes,
                                  u32 permissions = 0755) {
    auto file = std::make_shared<MemoryFile>(pool, ++last_number, std::move(bytes), permissions);
    root->entries[name] = file;
    return file;
  }
  /// An open description of a file that no directory names.
  std::shared_ptr<FileDescription> open_bytes(std::string bytes) {
    auto file = std::make_shared<MemoryFile>(pool, ++last_number, std::move(bytes));
    auto place = std::make_shared<Dentry>();
    place->inode = file;
    return file->open(place, 0).value();
  }

  FramePool& pool;
  u64 last_number = 0;
  std::shared_ptr<MemoryDirectory> root = std::make_shared<MemoryDirectory>();
  MountTable mounts{root, "memory", "none", MountAccess::ReadWrite};
  FsContext fs{mounts.root(), mounts.root()};
  Caller caller{1, 1};
  PathWalker walker{mounts, fs, caller};
};

}  // namespace kemu::test
