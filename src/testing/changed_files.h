#pragma once

#include <map>
#include <string>
#include <vector>

#include "process/kernel.h"

namespace kemu {

/// What guests have made of a file: all of it that a later program would see, but times.
struct ChangedFile {
  FileType type = FileType::None;  // None: it was removed
  bool is_new = true;              // nothing lies below under its name
  u32 permissions = 0;
  u32 uid = 0;
  u32 gid = 0;
  std::string contents;  // of a regular file, or where a symbolic link leads
  friend bool operator==(const ChangedFile&, const ChangedFile&) = default;
};
using ChangedFiles = std::map<std::string, ChangedFile>;  // by path

/// What differs in the machine's overlays from what they lie over, and all that its tmpfs hold.
/// Trees of the host without an overlay are not looked at.
ChangedFiles changed_files(Kernel& kernel);

/// How the second differs from the first, a phrase for each file: "/tmp/a is missing".
std::vector<std::string> differences(const ChangedFiles& expected, const ChangedFiles& found);
/// "has 3 instead of 12 bytes", "differs from byte 17 on"; "" for equal ones.
std::string difference(std::string_view expected, std::string_view found);

}  // namespace kemu
