#pragma once

#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/result.h"
#include "base/time.h"
#include "base/unique_fd.h"
#include "fs/file_id.h"
#include "vm/mapped_object.h"

namespace kemu {

/// What a mapping may do to its file.
enum class FileMapping : u8 { Private, SharedReadOnly, SharedWritable };

/// The pages of host files that guests map; Linux's page cache, for mapped files alone. Every
/// process that maps a file gets the same frames, and keeps getting them as long as the file did
/// not change (size, mtime, ctime), so code translated for one process serves the next. A file that
/// changed behind kemu's back gets new frames at its next mapping; reads, writes and truncations
/// that go through kemu keep the frames in step.
class PageCache {
 public:
  /// Becomes what the pool reclaims frames from; the pool must outlive it.
  explicit PageCache(FramePool& pool);
  ~PageCache();
  PageCache(const PageCache&) = delete;
  PageCache& operator=(const PageCache&) = delete;

  /// The object that maps the file behind `fd` (duplicated). `path` is for /proc/PID/maps.
  Result<std::shared_ptr<MappedObject>> map(int fd, const FileId& id, std::string path,
                                            FileMapping kind);

  /// Before bytes of the file are read: brings them up to date when guests share them writably.
  void before_read(const FileId& id, u64 offset, u64 size) {
    if (shared_writable_ > 0) flush(id, offset, size);
  }
  /// After bytes of the file were written through kemu.
  void after_write(const FileId& id, u64 offset, u64 size) {
    if (!files_.empty()) refresh(id, offset, size);
  }
  /// After the file got another size through kemu.
  void after_truncate(const FileId& id, u64 size) {
    if (!files_.empty()) cut(id, size);
  }
  /// True when reads and writes of the file have to be told.
  bool watches(const FileId& id) const { return !files_.empty() && files_.contains(id); }
  bool any_shared_writable() const { return shared_writable_ > 0; }

  /// Gives up the frames of files nobody maps, the longest unused first, until `wanted` are freed
  /// or none is left; returns how many. The pool asks for it when it runs short.
  u64 evict_idle(u64 wanted);
  /// Frames held for files nobody maps now.
  u64 idle_frames() const { return idle_frames_; }
  /// Files known, mapped or not.
  u64 files() const { return files_.size(); }

 private:
  class File;
  class Mapping;
  friend class Mapping;

  void flush(const FileId& id, u64 offset, u64 size);
  void refresh(const FileId& id, u64 offset, u64 size);
  void cut(const FileId& id, u64 size);
  std::shared_ptr<File> find(const FileId& id) const;
  void mapped(const std::shared_ptr<File>& file);
  void unmapped(const std::shared_ptr<File>& file);
  void forget(const std::shared_ptr<File>& file);
  void forget_unlinked();

  FramePool& pool_;
  std::unordered_map<FileId, std::shared_ptr<File>, FileIdHash> files_;
  std::list<std::shared_ptr<File>> idle_;  // the longest unused first
  u64 idle_frames_ = 0;
  u64 unmapped_ = 0;         // files so far
  u64 shared_writable_ = 0;  // mappings alive
  /// Mappings may outlive the cache (a description held by a test): they look here.
  std::shared_ptr<PageCache*> self_;
};

}  // namespace kemu
