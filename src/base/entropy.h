#pragma once

#include <cstddef>
#include <span>

namespace kemu {

/// The machine's only source of randomness (getrandom, AT_RANDOM, /dev/urandom).
class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual void fill(std::span<std::byte> bytes) = 0;
};

}  // namespace kemu
