#pragma once

#include <array>

#include "base/types.h"

/// ELF64 as elf(5) lays it out, and what Linux's <linux/auxvec.h> tells a starting program.
namespace kemu::abi {

/// Elf64_Ehdr.
struct ElfHeader {
  std::array<u8, 16> identification;  // magic, class, data encoding, version, ABI, padding
  u16 type;
  u16 machine;
  u32 version;
  u64 entry;
  u64 program_headers_offset;
  u64 section_headers_offset;
  u32 flags;
  u16 header_size;
  u16 program_header_size;
  u16 program_header_count;
  u16 section_header_size;
  u16 section_header_count;
  u16 section_names_index;
};
static_assert(sizeof(ElfHeader) == 64);

/// Elf64_Phdr.
struct ElfProgramHeader {
  u32 type;
  u32 flags;
  u64 file_offset;
  u64 address;
  u64 physical_address;
  u64 file_size;
  u64 memory_size;
  u64 alignment;
};
static_assert(sizeof(ElfProgramHeader) == 56);

inline constexpr u8 kElfClass32 = 1;
inline constexpr u8 kElfClass64 = 2;
inline constexpr u8 kElfLittleEndian = 1;
inline constexpr u8 kElfBigEndian = 2;

inline constexpr u16 kElfRelocatable = 1;
inline constexpr u16 kElfExecutable = 2;
inline constexpr u16 kElfShared = 3;
inline constexpr u16 kElfCore = 4;
inline constexpr u16 kElfMachineAarch64 = 183;

inline constexpr u32 kSegmentNull = 0;
inline constexpr u32 kSegmentLoad = 1;
inline constexpr u32 kSegmentInterpreter = 3;
inline constexpr u32 kSegmentGnuStack = 0x6474e551;
inline constexpr u32 kSegmentExecute = 1;
inline constexpr u32 kSegmentWrite = 2;
inline constexpr u32 kSegmentRead = 4;

inline constexpr u64 kAuxNull = 0;
inline constexpr u64 kAuxProgramHeaders = 3;      // AT_PHDR
inline constexpr u64 kAuxProgramHeaderSize = 4;   // AT_PHENT
inline constexpr u64 kAuxProgramHeaderCount = 5;  // AT_PHNUM
inline constexpr u64 kAuxPageSize = 6;
inline constexpr u64 kAuxBase = 7;  // where the interpreter is
inline constexpr u64 kAuxFlags = 8;
inline constexpr u64 kAuxEntry = 9;
inline constexpr u64 kAuxUid = 11;
inline constexpr u64 kAuxEuid = 12;
inline constexpr u64 kAuxGid = 13;
inline constexpr u64 kAuxEgid = 14;
inline constexpr u64 kAuxPlatform = 15;
inline constexpr u64 kAuxHwcap = 16;
inline constexpr u64 kAuxClockTick = 17;
inline constexpr u64 kAuxSecure = 23;
inline constexpr u64 kAuxRandom = 25;
inline constexpr u64 kAuxHwcap2 = 26;
inline constexpr u64 kAuxExecFileName = 31;
inline constexpr u64 kAuxMinSignalStackSize = 51;

}  // namespace kemu::abi
