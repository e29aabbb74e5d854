#include "loader/elf_image.h"

#include <fmt/format.h>

#include <LIEF/ELF.hpp>
#include <LIEF/logging.hpp>
#include <algorithm>
#include <bit>
#include <cstring>

#include "base/abi/elf.h"
#include "vm/guest_addr.h"

namespace kemu {
namespace {

constexpr u64 kInterpreterMax = abi::kPathMax;
/// Linux reads at most this many bytes of program headers.
constexpr u64 kProgramHeadersMax = 65536;
/// A larger alignment is not heeded: no Linux page is larger than 1 GiB.
constexpr u64 kAlignmentMax = u64{1} << 30;

using ProgramHeaders = std::vector<abi::ElfProgramHeader>;

LoadError not_executable(std::string reason) { return {Errno::ENOEXEC, std::move(reason)}; }

/// What the kernel sees when it maps segment after segment.
LoadError cannot_be_mapped(std::string reason) {
  return {.code = Errno::EINVAL, .reason = std::move(reason), .too_late = true};
}

std::string machine_name(u16 machine) {
  struct Row {
    u16 machine;
    std::string_view name;
  };
  static constexpr Row kRows[] = {
      {2, "SPARC"},    {3, "i386"},       {4, "m68k"},        {8, "MIPS"},       {15, "PA-RISC"},
      {20, "PowerPC"}, {21, "PowerPC64"}, {22, "s390x"},      {40, "ARM"},       {42, "SuperH"},
      {43, "SPARC64"}, {50, "Itanium"},   {62, "x86-64"},     {93, "Xtensa"},    {183, "AArch64"},
      {243, "RISC-V"}, {247, "BPF"},      {258, "LoongArch"}, {0x9026, "Alpha"},
  };
  for (const Row& row : kRows)
    if (row.machine == machine) return std::string(row.name);
  return fmt::format("machine {}", machine);
}

/// What the file is for, as far as that is not plain AArch64: "x86-64", "32-bit AArch64".
std::string isa_name(const abi::ElfHeader& header) {
  const bool big = header.identification[5] == abi::kElfBigEndian;
  const u16 raw = header.machine;
  const u16 machine = big ? static_cast<u16>(raw << 8 | raw >> 8) : raw;
  std::string name = machine_name(machine);
  if (machine != abi::kElfMachineAarch64) return name;
  if (header.identification[4] == abi::kElfClass32) name = "32-bit " + name;
  return big ? "big-endian " + name : name;
}

Result<Unit, LoadError> read_exactly(FileDescription& file, u64 offset, HostSpan to) {
  const u64 size = to.size();
  while (!to.empty()) {
    const auto got = file.read_at({to}, offset);
    if (!got.ok()) return LoadError{got.error(), std::string(errno_text(got.error()))};
    if (*got == 0) return not_executable(fmt::format("truncated: {} bytes expected", size));
    CHECK(*got <= to.size());
    to = to.subspan(*got);
    offset += *got;
  }
  return Unit{};
}

/// The ELF header of an AArch64 executable in a file of `file_size` bytes.
Result<abi::ElfHeader, LoadError> read_header(FileDescription& file, u64 file_size) {
  if (file_size == 0) return not_executable("the file is empty");
  abi::ElfHeader header{};
  const HostSpan bytes = std::as_writable_bytes(std::span(&header, 1));
  TRY(read_exactly(file, 0, bytes.first(std::min<u64>(file_size, bytes.size()))));
  if (std::memcmp(header.identification.data(),
                  "\x7f"
                  "ELF",
                  4) != 0)
    return not_executable("neither an AArch64 ELF file nor a #! script");
  if (file_size < bytes.size())
    return not_executable(
        fmt::format("truncated: the ELF header ends at byte {} of {}", bytes.size(), file_size));
  if (header.identification[4] != abi::kElfClass64 ||
      header.identification[5] != abi::kElfLittleEndian ||
      header.machine != abi::kElfMachineAarch64)
    return LoadError{Errno::ENOEXEC, fmt::format("not an AArch64 ELF file ({})", isa_name(header)),
                     true};
  if (header.type == abi::kElfRelocatable)
    return not_executable("an object file, which is yet to be linked");
  if (header.type == abi::kElfCore) return not_executable("a core dump");
  if (header.type != abi::kElfExecutable && header.type != abi::kElfShared)
    return not_executable(fmt::format("not an executable (ELF type {})", header.type));
  return header;
}

Result<ProgramHeaders, LoadError> read_program_headers(FileDescription& file, u64 file_size,
                                                       const abi::ElfHeader& header) {
  if (header.program_header_size != sizeof(abi::ElfProgramHeader))
    return not_executable(
        fmt::format("its program headers have {} bytes each", header.program_header_size));
  const u64 size = u64{header.program_header_count} * sizeof(abi::ElfProgramHeader);
  if (size == 0) return not_executable("it has no program headers");
  if (size > kProgramHeadersMax)
    return not_executable(fmt::format("it has {} program headers", header.program_header_count));
  const u64 offset = header.program_headers_offset;
  if (offset > file_size || size > file_size - offset)
    return not_executable(fmt::format("truncated: its {} program headers at byte {} of {}",
                                      header.program_header_count, offset, file_size));
  ProgramHeaders headers(header.program_header_count);
  TRY(read_exactly(file, offset, std::as_writable_bytes(std::span(headers))));
  return headers;
}

/// The ELF LIEF gets to see: the header and the program headers right behind it, nothing else. Its
/// section table is gone, and so are the segments it would look into. LIEF copies the contents of
/// whatever has a size (1 ms for BusyBox), so p_filesz is 0 and the true value sits in p_paddr,
/// which means nothing on Linux.
std::vector<u8> skeleton_for_lief(abi::ElfHeader header, ProgramHeaders headers) {
  header.program_headers_offset = sizeof header;
  header.section_headers_offset = 0;
  header.section_header_count = 0;
  header.section_names_index = 0;
  for (abi::ElfProgramHeader& segment : headers) {
    if (segment.type != abi::kSegmentLoad && segment.type != abi::kSegmentGnuStack)
      segment = abi::ElfProgramHeader{};
    segment.physical_address = segment.file_size;
    segment.file_size = 0;
  }
  const u64 headers_size = headers.size() * sizeof headers[0];
  std::vector<u8> bytes(sizeof header + headers_size);
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + sizeof header, headers.data(), headers_size);
  return bytes;
}

std::unique_ptr<LIEF::ELF::Binary> parse_with_lief(const std::vector<u8>& bytes) {
  try {
    LIEF::Logger::disable();  // it would write to kemu's own standard output
    return LIEF::ELF::Parser::parse(bytes);
  } catch (...) {  // LIEF throws of everything; what it cannot read is no executable
    return nullptr;
  }
}

Result<ElfSegment, LoadError> check_segment(const LIEF::ELF::Segment& segment, u64 index,
                                            u64 file_size) {
  const u32 flags = static_cast<u32>(segment.flags());
  const u32 protection = (flags & abi::kSegmentRead ? 1 : 0) |
                         (flags & abi::kSegmentWrite ? 2 : 0) |
                         (flags & abi::kSegmentExecute ? 4 : 0);
  const ElfSegment result{.address = segment.virtual_address(),
                          .memory_size = segment.virtual_size(),
                          .file_offset = segment.file_offset(),
                          .file_size = segment.physical_address(),
                          .protection = Protection::from_bits(protection)};
  if (result.file_size > result.memory_size)
    return cannot_be_mapped(fmt::format("segment {} has {} bytes for {} of memory", index,
                                        result.file_size, result.memory_size));
  if (result.memory_size > kUserEnd.value() ||
      result.address > kUserEnd.value() - result.memory_size)
    return cannot_be_mapped(fmt::format("segment {} lies outside user space: {:#x} bytes at {:#x}",
                                        index, result.memory_size, result.address));
  if (result.file_size == 0) return result;
  if (result.file_offset > file_size || result.file_size > file_size - result.file_offset)
    return not_executable(fmt::format("truncated: segment {} ends at byte {} of {}", index,
                                      result.file_offset + result.file_size, file_size));
  if ((result.file_offset ^ result.address) & kPageMask)
    return cannot_be_mapped(
        fmt::format("segment {} at {:#x} and its file offset {:#x} differ within the page", index,
                    result.address, result.file_offset));
  return result;
}

/// Linux takes the first PT_INTERP: a path of less than PATH_MAX bytes that ends in its only NUL.
Result<std::optional<std::string>, LoadError> read_interpreter(FileDescription& file, u64 file_size,
                                                               const ProgramHeaders& headers) {
  const auto it = std::find_if(headers.begin(), headers.end(), [](const auto& header) {
    return header.type == abi::kSegmentInterpreter;
  });
  if (it == headers.end()) return std::optional<std::string>();
  if (it->file_size < 2 || it->file_size > kInterpreterMax)
    return not_executable(fmt::format("its interpreter's path has {} bytes", it->file_size));
  // As a read there goes: elf_read() of the kernel's binfmt_elf.c.
  if (static_cast<i64>(it->file_offset) < 0)
    return LoadError{Errno::EINVAL, "its interpreter's path lies before the file"};
  if (it->file_offset > file_size || it->file_size > file_size - it->file_offset)
    return LoadError{Errno::EIO, "truncated: its interpreter's path is outside the file"};
  std::string path(it->file_size, '\0');
  TRY(read_exactly(file, it->file_offset, std::as_writable_bytes(std::span(path))));
  if (path.back() != '\0') return not_executable("its interpreter's path has no end");
  path.resize(std::strlen(path.c_str()));
  return std::optional(std::move(path));
}

Result<Unit, LoadError> add_segments(ElfImage& image, const LIEF::ELF::Binary& binary,
                                     u64 file_size) {
  u64 index = 0;
  u64 end = 0;
  for (const LIEF::ELF::Segment& segment : binary.segments()) {
    const u64 number = index++;
    const u32 type = static_cast<u32>(segment.type());
    if (type == abi::kSegmentGnuStack)
      image.executable_stack = static_cast<u32>(segment.flags()) & abi::kSegmentExecute;
    if (type != abi::kSegmentLoad || segment.virtual_size() == 0) continue;
    const ElfSegment load = TRY(check_segment(segment, number, file_size));
    if (load.address < end)
      return LoadError{Errno::EINVAL,
                       fmt::format("segment {} overlaps or precedes the one before", number)};
    end = load.address + load.memory_size;
    if (std::has_single_bit(segment.alignment()) && segment.alignment() <= kAlignmentMax)
      image.alignment = std::max(image.alignment, segment.alignment());
    image.segments.push_back(load);
  }
  if (image.segments.empty()) return not_executable("it has no segment to load");
  return Unit{};
}

/// Where the program headers are once the segment that contains them is mapped; 0 for nowhere.
u64 find_program_headers(const ElfImage& image, u64 offset) {
  for (const ElfSegment& segment : image.segments)
    if (segment.file_offset <= offset && offset - segment.file_offset < segment.file_size)
      return segment.address + (offset - segment.file_offset);
  return 0;
}

ElfCacheKey key_of(const FileStatus& status) {
  return {status.device, status.inode, status.size, status.modified, status.changed};
}

Result<std::shared_ptr<const ElfImage>, LoadError> parse_file(FileDescription& file,
                                                              u64 file_size) {
  const abi::ElfHeader header = TRY(read_header(file, file_size));
  const ProgramHeaders headers = TRY(read_program_headers(file, file_size, header));
  const auto binary = parse_with_lief(skeleton_for_lief(header, headers));
  if (!binary || binary->segments().size() != headers.size())
    return not_executable("its headers make no sense");

  auto image = std::make_shared<ElfImage>();
  image->type = header.type == abi::kElfExecutable ? ElfType::Fixed : ElfType::PositionIndependent;
  image->entry = binary->header().entrypoint();
  image->program_header_count = headers.size();
  TRY(add_segments(*image, *binary, file_size));
  image->interpreter = TRY(read_interpreter(file, file_size, headers));
  image->program_headers_address = find_program_headers(*image, header.program_headers_offset);
  return std::shared_ptr<const ElfImage>(std::move(image));
}

}  // namespace

Result<std::shared_ptr<const ElfImage>, LoadError> ElfImage::parse(FileDescription& file) {
  const auto status = file.status();
  if (!status.ok()) return LoadError{status.error(), std::string(errno_text(status.error()))};
  return parse_file(file, status->size);
}

Result<std::shared_ptr<const ElfImage>, LoadError> ElfCache::get(FileDescription& file) {
  const auto status = file.status();
  if (!status.ok()) return LoadError{status.error(), std::string(errno_text(status.error()))};
  const ElfCacheKey key = key_of(*status);
  if (const auto it = images_.find(key); it != images_.end()) {
    ++hits_;
    return it->second;
  }
  auto image = TRY(parse_file(file, status->size));
  // A guest may make executables without end; the few a machine uses again are soon back.
  if (images_.size() >= kImagesMax) images_.clear();
  images_.emplace(key, image);
  return image;
}

}  // namespace kemu
