#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "kemu/machine.h"

namespace kemu::cli {

/// What the command line asks for.
struct Options {
  MachineOptions machine;
  Program program;
  bool strace = false;
  std::string trace_file;  // empty: standard error
  bool stats = false;
  /// --inject-sweep: the calls that are made to fail.
  std::optional<std::string> sweep;
  bool strict = false;  // what kemu does not have is a failure
  bool verify = false;  // run twice and compare
  std::vector<std::string> command_line;
};

/// Text to print before leaving with a status: help, version, lists, or what is wrong.
struct Leave {
  int status = 0;
  std::string text;
};

/// Options come before PROGRAM only; what follows belongs to the guest.
std::variant<Options, Leave> parse_options(int argc, char** argv);

}  // namespace kemu::cli
