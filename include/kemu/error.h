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
    NoProcess,      // no guest process of that pid is alive
    NotMapped,      // guest memory that is not there, or not to be had
    Misuse,         // what may not be asked for, or not from there
  };
  Kind kind = Kind::Setup;
  std::string message;
};

/// A value or an Error.
template <typename T>
using Expected = std::variant<T, Error>;

}  // namespace kemu
