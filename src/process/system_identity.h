#pragma once

#include <string_view>

namespace kemu {

// What uname(2) and /proc tell about the system. The release is the one whose behaviour kemu
// follows.
inline constexpr std::string_view kSystemName = "Linux";
inline constexpr std::string_view kSystemRelease = "6.1.0-kemu";
inline constexpr std::string_view kSystemVersion = "#1 SMP PREEMPT kemu";
inline constexpr std::string_view kSystemMachine = "aarch64";

}  // namespace kemu
