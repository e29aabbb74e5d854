#pragma once

#include <string_view>

#include "process/kernel.h"

namespace kemu {

/// What a call answers that kemu does not serve: `error`, and one warning a `call` naming it.
inline Errno refuse(Task& task, std::string_view call, Errno error) {
  task.kernel().log().warn_once(call, "{} is not supported: guests get {}", call,
                                errno_name(error));
  return error;
}

}  // namespace kemu
