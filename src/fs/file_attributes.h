#pragma once

#include <map>
#include <string>

#include "fs/inode.h"
#include "fs/permission.h"

namespace kemu {

/// The extended attributes of one file in memory: xattr(7), Linux's simple_xattrs with the checks
/// of fs/xattr.c for the families user, trusted and security. EOPNOTSUPP for others.
class FileAttributes {
 public:
  /// What one file may have together, names and values: they are host memory.
  static constexpr u64 kMostBytes = u64{128} << 10;

  /// `file` and `who` decide: ENODATA, EACCES, EPERM.
  Result<std::string> get(const std::string& name, const FileStatus& file,
                          const FileCredentials& who) const;
  /// EEXIST, ENODATA as `mode` says; ENOSPC, EPERM, EACCES.
  Result<Unit> set(const std::string& name, std::string_view value, AttributeMode mode,
                   const FileStatus& file, const FileCredentials& who);
  Result<Unit> remove(const std::string& name, const FileStatus& file, const FileCredentials& who);
  /// All names, a NUL behind each.
  std::string list() const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
  u64 bytes_ = 0;
};

}  // namespace kemu
