#pragma once

#include <string_view>

#include "base/errno_undef.h"

namespace kemu {

/// A Linux error number. x86-64 and AArch64 share the asm-generic numbering, so a host errno can be
/// taken over by value (`host_errno`).
enum class Errno : int {
#define ERRNO(name, number, text) name = number,
#include "base/errno.def"
#undef ERRNO
};

/// "ENOENT"; "E?" for a number Linux does not name.
std::string_view errno_name(Errno error);

/// strerror's text in the C locale: "No such file or directory".
std::string_view errno_text(Errno error);

/// The calling thread's `errno` as an `Errno`; call it right after the host call that failed.
Errno host_errno();

}  // namespace kemu
