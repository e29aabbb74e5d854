#include "process/missing.h"

#include "process/kernel.h"

namespace kemu {

bool Missing::note(std::string_view what, Errno answer, Lack lack, i32 pid,
                   std::string_view program) {
  const auto known = places_.find(what);
  if (known != places_.end()) {
    ++entries_[known->second].times;
    return false;
  }
  if (entries_.size() == kMost) return false;
  places_.emplace(what, entries_.size());
  entries_.push_back({std::string(what), answer, lack, 1, pid, std::string(program)});
  return true;
}

void note_missing(Task& task, std::string_view what, Errno answer, Lack lack) {
  Kernel& kernel = task.kernel();
  const bool first = kernel.missing().note(what, answer, lack, task.tid(), task.name);
  if (first)
    kernel.log().info("{} is not implemented: pid {} `{}` gets {}", what, task.tid(), task.name,
                      errno_name(answer));
}

}  // namespace kemu
