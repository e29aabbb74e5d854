#pragma once

#include <optional>
#include <utility>

#include "process/task.h"

namespace kemu {

/// Serves a call under a signal mask of its own (ppoll, pselect6, epoll_pwait, rt_sigsuspend):
/// `mask` holds while the call blocks and, when a signal ends it, until the handler's frame was
/// built, which restores what was before. A call that ends by itself restores it here. Without a
/// mask `body` just runs. Linux: set_user_sigmask and restore_saved_sigmask.
template <typename Body>
auto with_temporary_mask(Task& task, std::optional<SigSet> mask, Body&& body) {
  if (mask && !task.saved_mask) {
    task.saved_mask = task.blocked;
    task.blocked = mask->blockable();
  }
  auto result = std::forward<Body>(body)();
  if (mask && !result.is_blocked() && task.saved_mask) {
    task.blocked = *task.saved_mask;
    task.saved_mask.reset();
  }
  return result;
}

}  // namespace kemu
