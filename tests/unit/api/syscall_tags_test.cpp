// kemu/syscalls.h says of each call what its handler says. What does not agree does not compile.

#include <gtest/gtest.h>

#include "kemu/machine.h"
#include "kemu/syscalls.h"
#include "syscalls/handlers.h"

namespace kemu {
namespace {

template <typename Inside, typename Outside>
constexpr bool agree() {
  if constexpr (std::is_integral_v<Inside>)
    return std::is_same_v<Inside, Outside>;
  else if constexpr (requires { Inside{}.bits; })
    return std::is_same_v<decltype(Inside{}.bits), Outside>;
  else if constexpr (std::is_same_v<Inside, Fd> || std::is_same_v<Inside, DirFd>)
    return std::is_same_v<int, Outside>;
  else
    return std::is_same_v<GuestPointer, Outside>;
}

template <typename Kind, typename Returns, typename... Inside, typename... Outside>
constexpr bool check(SyscallResult<Returns> (*)(Task&, Inside...),
                     std::tuple<Outside Kind::Arguments::*...>) {
  if constexpr (sizeof...(Inside) != sizeof...(Outside))
    return false;
  else
    return (agree<Inside, Outside>() && ...);
}

#define SYSCALL(number, name, support, returns, arguments) \
  static_assert(Sys::name::kNumber == (number));           \
  static_assert(check<Sys::name>(&sys_##name, decltype(Sys::name::kArguments)()));
#include "syscalls/syscalls.def"
#undef SYSCALL

TEST(SyscallTags, HaveTheNamesOfTheTable) {
  EXPECT_EQ(Sys::openat::kName, "openat");
  EXPECT_EQ(Sys::openat::kNumber, 56u);
}

}  // namespace
}  // namespace kemu
