#pragma once

#include <optional>
#include <unordered_map>

#include "fs/file_id.h"
#include "fs/file_status.h"

namespace kemu {

struct HostFsContext;

/// What a machine says about files of the host so that every host gives the same: devices and
/// inodes are numbered in the order in which they are first looked at, times are the machine's
/// start unless guests set others, and what file systems count differently (blocks, directories'
/// sizes and links) has one value.
class StableFiles {
 public:
  explicit StableFiles(Nanoseconds start) : start_(start) {}

  /// What stat(2) shows.
  FileStatus shown(FileStatus real);
  /// Of a stream that kemu was given open: those have numbers of their own, so that those of files
  /// do not hang on what kemu's standard streams are.
  FileStatus shown_stream(FileStatus real);
  /// Guests gave the file these times, which its host shows, too.
  void times_were_set(const FileStatus& real);
  static FilesystemStatus shown(const FilesystemStatus& real);

 private:
  /// A host that has deleted a file gives its number to another one, born later.
  struct Key {
    FileId id;
    Nanoseconds born = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return FileIdHash{}(key.id) ^ std::hash<Nanoseconds>{}(key.born);
    }
  };
  struct Known {
    u64 inode = 0;
    std::optional<Nanoseconds> accessed;  // as set by guests
    std::optional<Nanoseconds> modified;
  };
  Known& known(const FileStatus& real);

  Nanoseconds start_;
  std::unordered_map<Key, Known, KeyHash> files_;
  std::unordered_map<u64, u64> devices_;
  std::unordered_map<FileId, u64, FileIdHash> streams_;
};

/// Makes the host's files in `context` look the same on every host. Before any is opened.
void enable_stable_files(HostFsContext& context, Nanoseconds start);

}  // namespace kemu
