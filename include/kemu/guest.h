#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "kemu/error.h"

/// What a machine's guests have, seen from outside: memory and registers.
namespace kemu {

class Machine;

/// An address in the memory of one guest process. The process is looked for at each access: one
/// that is gone is an Error::Kind::NoProcess.
class GuestPointer {
 public:
  GuestPointer() = default;
  GuestPointer(Machine& machine, int pid, std::uint64_t address)
      : machine_(&machine), pid_(pid), address_(address) {}

  std::uint64_t address() const { return address_; }
  explicit operator bool() const { return address_ != 0; }
  GuestPointer operator+(std::uint64_t bytes) const {
    GuestPointer moved = *this;
    moved.address_ += bytes;
    return moved;
  }

  /// As Machine::read_memory.
  Expected<std::string> bytes(std::size_t size) const;
  /// Up to a NUL, which must come within `limit` bytes.
  Expected<std::string> string(std::size_t limit = 4096) const;
  /// As Machine::write_memory.
  std::optional<Error> write(std::string_view bytes) const;

  /// A number or struct, laid out as AArch64's kernel has it.
  template <typename Value>
  Expected<Value> read() const {
    static_assert(std::is_trivially_copyable_v<Value>);
    Value value{};
    if (auto error = copy_out(&value, sizeof value)) return *error;
    return value;
  }
  template <typename Value>
  std::optional<Error> write_value(const Value& value) const {
    static_assert(std::is_trivially_copyable_v<Value>);
    return write({reinterpret_cast<const char*>(&value), sizeof value});
  }

 private:
  std::optional<Error> copy_out(void* to, std::size_t size) const;

  Machine* machine_ = nullptr;
  int pid_ = 0;
  std::uint64_t address_ = 0;
};

/// The registers of a guest process, as an AArch64 program has them.
struct GuestRegisters {
  std::array<std::uint64_t, 31> x{};
  std::uint64_t sp = 0;
  std::uint64_t pc = 0;
  std::uint32_t nzcv = 0;                            // N, Z, C, V in bits 31 to 28; no others
  std::uint64_t tpidr = 0;                           // TPIDR_EL0: where its thread's variables are
  std::array<std::array<std::uint64_t, 2>, 32> v{};  // the low half first
  std::uint32_t fpcr = 0;
  std::uint32_t fpsr = 0;
  friend bool operator==(const GuestRegisters&, const GuestRegisters&) = default;
};

}  // namespace kemu
