#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "fs/file_description.h"

namespace kemu {

/// The `#!` line of an interpreter script. Linux's twin is fs/binfmt_script.c.
struct Script {
  std::string interpreter;
  std::optional<std::string> argument;  // one word, blanks inside it kept
};

/// The script's first line, of which only the file's first 256 bytes count; nothing when the file
/// does not begin with `#!`. ENOEXEC for a line that names no interpreter or cuts its name off.
Result<std::optional<Script>> read_script(FileDescription& file);

}  // namespace kemu
