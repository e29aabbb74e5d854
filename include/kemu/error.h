#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace kemu {

/// Why something could not be done, in one line without a full stop.
struct Error {
  enum class Kind : std::uint8_t {
    NotFound,       // the program does not exist
    CannotExecute,  // it exists and cannot be run
    Setup,          // the machine itself: memory, mounts, options
  };
  Kind kind = Kind::Setup;
  std::string message;
};

/// A value or an Error.
template <typename T>
using Expected = std::variant<T, Error>;

}  // namespace kemu
