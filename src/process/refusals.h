#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/types.h"

namespace kemu {

/// What a machine has too little of for its guests, who live on with an error.
enum class Scarce : u8 { Processes, Files, Memory };
inline constexpr std::size_t kScarceKinds = 3;

/// What the machine's budgets refused, and to whom first: told when the run ends.
class Refusals {
 public:
  struct Count {
    u64 times = 0;
    i32 pid = 0;  // of the first who was refused; 0: no guest, but kemu for them
    std::string program;
  };

  void note(Scarce what, i32 pid, std::string_view program) {
    Count& count = counts_[static_cast<std::size_t>(what)];
    if (count.times++ > 0) return;
    count.pid = pid;
    count.program = program;
  }
  const Count& of(Scarce what) const { return counts_[static_cast<std::size_t>(what)]; }

 private:
  std::array<Count, kScarceKinds> counts_;
};

}  // namespace kemu
