#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/abi/elf.h"

namespace kemu::test {

/// Makes the bytes of a small AArch64 ELF file, piece by piece. Nothing is checked: tests want to
/// say nonsense.
struct ElfBuilder {
  abi::ElfHeader header{};
  std::vector<abi::ElfProgramHeader> segments;
  std::string contents;  // of the file, as far as segments name it; headers are laid over it

  explicit ElfBuilder(u16 type = abi::kElfExecutable) {
    header.identification = {0x7f, 'E', 'L', 'F', abi::kElfClass64, abi::kElfLittleEndian, 1};
    header.type = type;
    header.machine = abi::kElfMachineAarch64;
    header.version = 1;
    header.program_headers_offset = sizeof header;
    header.header_size = sizeof header;
    header.program_header_size = sizeof(abi::ElfProgramHeader);
  }

  ElfBuilder& load(u64 address, u64 offset, u64 file_size, u64 memory_size, u32 flags) {
    segments.push_back({.type = abi::kSegmentLoad,
                        .flags = flags,
                        .file_offset = offset,
                        .address = address,
                        .physical_address = address,
                        .file_size = file_size,
                        .memory_size = memory_size,
                        .alignment = 0x1000});
    if (offset + file_size > contents.size() && offset + file_size < (u64{1} << 24))
      contents.resize(offset + file_size, '#');
    return *this;
  }

  ElfBuilder& stack(u32 flags) {
    abi::ElfProgramHeader segment{};
    segment.type = abi::kSegmentGnuStack;
    segment.flags = flags;
    segments.push_back(segment);
    return *this;
  }

  ElfBuilder& interpreter(std::string_view path, u64 offset) {
    abi::ElfProgramHeader segment{};
    segment.type = abi::kSegmentInterpreter;
    segment.file_offset = offset;
    segment.file_size = path.size() + 1;
    segments.push_back(segment);
    return put(offset, std::string(path) + '\0');
  }

  ElfBuilder& put(u64 offset, std::string_view bytes) {
    if (contents.size() < offset + bytes.size()) contents.resize(offset + bytes.size(), '#');
    contents.replace(offset, bytes.size(), bytes);
    return *this;
  }

  std::string build() const {
    abi::ElfHeader head = header;
    if (head.program_header_count == 0)
      head.program_header_count = static_cast<u16>(segments.size());
    const u64 table_size = segments.size() * sizeof segments[0];
    std::string bytes = contents;
    if (bytes.size() < sizeof head + table_size) bytes.resize(sizeof head + table_size, '\0');
    std::memcpy(bytes.data(), &head, sizeof head);
    if (table_size > 0) std::memcpy(bytes.data() + sizeof head, segments.data(), table_size);
    return bytes;
  }
};

inline constexpr u32 kReadExecute = abi::kSegmentRead | abi::kSegmentExecute;
inline constexpr u32 kReadWrite = abi::kSegmentRead | abi::kSegmentWrite;

/// A static program as linkers make them: code with the headers, then data with an unaligned start
/// and zeros behind it.
inline ElfBuilder static_program(u16 type = abi::kElfExecutable) {
  const u64 base = type == abi::kElfExecutable ? 0x400000 : 0;
  ElfBuilder elf(type);
  elf.header.entry = base + 0x400;
  elf.load(base, 0, 0x1800, 0x1800, kReadExecute)
      .load(base + 0x2900, 0x1900, 0x500, 0x2345, kReadWrite)
      .stack(kReadWrite);
  return elf;
}

}  // namespace kemu::test
