#pragma once

#include <memory>

#include "fs/fs_machine.h"
#include "fs/machine_copy.h"

namespace kemu {

/// For `copy_to` of files whose contents are computed: the same place opened in the copy of the
/// machine. Null when that is refused.
template <typename File>
std::shared_ptr<File> opened_anew(MachineCopy& copy, const Location& original, u32 flags) {
  const FsMachine::Privilege as_root(copy.files());
  const Location place = copy.of(original);
  auto opened = place->inode->open(place, flags);
  if (opened.ok())
    if (auto file = std::dynamic_pointer_cast<File>(*opened)) return file;
  copy.refuse("'" + place->name + "' is open and cannot be opened again");
  return nullptr;
}

}  // namespace kemu
