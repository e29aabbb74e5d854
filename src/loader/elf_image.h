#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/result.h"
#include "fs/file_description.h"
#include "vm/protection.h"

namespace kemu {

/// Why a program cannot be run: what execve(2) returns, and the words for the user ("not an AArch64
/// ELF file (x86-64)").
struct LoadError {
  Errno code = Errno::ENOEXEC;
  std::string reason;
  bool names_a_machine = false;  // an ELF file, but for another machine
  /// Linux finds out when the old program is gone, and kills the process with SIGSEGV.
  bool too_late = false;
};

/// One PT_LOAD.
struct ElfSegment {
  u64 address = 0;
  u64 memory_size = 0;
  u64 file_offset = 0;
  u64 file_size = 0;
  Protection protection;
};

enum class ElfType : u8 { Fixed, PositionIndependent };

/// What the loader needs of an AArch64 executable, checked: every segment lies in the file and in
/// user space. Parsed by LIEF from the headers and program headers only (never section tables).
struct ElfImage {
  ElfType type = ElfType::Fixed;
  u64 entry = 0;
  u64 program_headers_address = 0;  // AT_PHDR before relocation; 0 when not mapped
  u64 program_header_count = 0;
  u64 alignment = 4096;              // the largest any segment asks for
  std::vector<ElfSegment> segments;  // ascending, not overlapping, at least one
  std::optional<std::string> interpreter;
  bool executable_stack = false;

  /// ENOEXEC (not an AArch64 executable, truncated), EINVAL (segments that cannot be mapped as they
  /// say), or the file's own error.
  static Result<std::shared_ptr<const ElfImage>, LoadError> parse(FileDescription& file);
};

/// Which bytes a file has: device, inode, size, mtime, ctime.
using ElfCacheKey = std::tuple<u64, u64, u64, Nanoseconds, Nanoseconds>;

/// Parsed images by file identity, so that an exec of a known file reads and parses nothing.
class ElfCache {
 public:
  Result<std::shared_ptr<const ElfImage>, LoadError> get(FileDescription& file);
  u64 hits() const { return hits_; }

 private:
  static constexpr u64 kImagesMax = 1024;

  std::map<ElfCacheKey, std::shared_ptr<const ElfImage>> images_;
  u64 hits_ = 0;
};

}  // namespace kemu
