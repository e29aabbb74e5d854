#pragma once

#include "base/types.h"

namespace kemu {

enum class Access : u8 { Read, Write, Execute };

/// What a page or a Vma lets the guest do: a set of {read, write, execute}.
class Protection {
 public:
  constexpr Protection() = default;
  constexpr static Protection none() { return Protection(0); }
  constexpr static Protection r() { return Protection(1); }
  constexpr static Protection rw() { return Protection(3); }
  constexpr static Protection rx() { return Protection(5); }
  constexpr static Protection rwx() { return Protection(7); }
  /// PROT_READ = 1, PROT_WRITE = 2, PROT_EXEC = 4, which is also how it is kept.
  constexpr static Protection from_bits(u32 bits) { return Protection(bits & 7); }

  constexpr u32 bits() const { return bits_; }
  constexpr bool readable() const { return bits_ & 1; }
  constexpr bool writable() const { return bits_ & 2; }
  constexpr bool executable() const { return bits_ & 4; }
  /// Whether the guest may do that. Writing or executing implies reading, as on arm64 without EPAN
  /// (arch/arm64/mm/fault.c).
  constexpr bool allows(Access access) const {
    return access == Access::Read ? bits_ != 0 : bits_ & (1u << static_cast<u8>(access));
  }
  /// True when everything allowed here is allowed there too.
  constexpr bool within(Protection other) const { return (bits_ & ~other.bits_) == 0; }
  constexpr Protection without_write() const { return Protection(bits_ & ~2u); }
  friend constexpr bool operator==(Protection, Protection) = default;

 private:
  constexpr explicit Protection(u32 bits) : bits_(static_cast<u8>(bits)) {}
  u8 bits_ = 0;
};

}  // namespace kemu
