#pragma once

#include <elf.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

namespace kemu {

/// The address of a symbol as nm(1) shows it, in a little-endian 64-bit ELF file; 0 when it has
/// none.
inline std::uint64_t address_of_symbol(const std::string& file, const std::string& symbol) {
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  const auto at = [&](std::uint64_t offset, auto value) {
    if (offset + sizeof value <= bytes.size())
      std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
  };
  const auto header = at(0, Elf64_Ehdr{});
  for (unsigned i = 0; i < header.e_shnum; ++i) {
    const auto section = at(header.e_shoff + i * sizeof(Elf64_Shdr), Elf64_Shdr{});
    if (section.sh_type != SHT_SYMTAB) continue;
    const auto names = at(header.e_shoff + section.sh_link * sizeof(Elf64_Shdr), Elf64_Shdr{});
    for (std::uint64_t entry = 0; entry < section.sh_size; entry += sizeof(Elf64_Sym)) {
      const auto found = at(section.sh_offset + entry, Elf64_Sym{});
      if (symbol == bytes.data() + names.sh_offset + found.st_name) return found.st_value;
    }
  }
  return 0;
}

}  // namespace kemu
