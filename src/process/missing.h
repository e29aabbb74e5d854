#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/errno.h"
#include "base/types.h"

namespace kemu {

class Task;

/// How much it means that a guest asked for something kemu does not have.
enum class Lack : u8 {
  Felt,    // Linux would have done it
  Probed,  // programs try it and have a way without: kernels that lack it are common
};

/// What guests asked for that kemu does not have: calls, flags and options, in the order in which
/// they were first wanted.
class Missing {
 public:
  struct Entry {
    std::string what;  // "semget", "clone CLONE_THREAD"
    Errno answer;
    Lack lack;
    u64 times = 0;
    i32 pid = 0;  // of the first who asked
    std::string program;
  };

  /// True for the first time.
  bool note(std::string_view what, Errno answer, Lack lack, i32 pid, std::string_view program);
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  /// Guests choose numbers: what is wanted beyond so many things is not told apart.
  static constexpr std::size_t kMost = 1000;

  std::vector<Entry> entries_;
  std::map<std::string, std::size_t, std::less<>> places_;
};

/// Notes what `task` asked for, and logs it the first time.
void note_missing(Task& task, std::string_view what, Errno answer, Lack lack = Lack::Felt);

}  // namespace kemu
