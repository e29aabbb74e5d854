#pragma once

namespace kemu {

/// Prints the broken invariant and aborts. Only a defect of kemu itself gets here: nothing a guest
/// does may reach it.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace kemu

/// An invariant of kemu itself, checked in every build.
#define CHECK(condition)                             \
  (__builtin_expect(static_cast<bool>(condition), 1) \
       ? static_cast<void>(0)                        \
       : ::kemu::check_failed(#condition, __FILE__, __LINE__))
