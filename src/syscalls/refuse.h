#pragma once

#include <string_view>

#include "process/kernel.h"

namespace kemu {

/// What a call answers that kemu does not serve: `error`, noted as missing (process/missing.h).
/// `what` names the call, and with it the flag or option it is about.
inline Errno refuse(Task& task, std::string_view what, Errno error, Lack lack = Lack::Felt) {
  note_missing(task, what, error, lack);
  return error;
}

/// EPERM for what only the privileged may ask for: to others Linux says so, too, and nothing is
/// missing.
inline Errno refuse_privileged(Task& task, std::string_view what, u32 capability) {
  if (!task.credentials.capable(capability)) return Errno::EPERM;
  return refuse(task, what, Errno::EPERM);
}

}  // namespace kemu
