# include/kemu/syscalls.h of the build folder: a tag for each row of syscalls.def, with its arguments by name. A type it
# does not know from kemu/arguments.h does not compile.

set(kemu_syscall_rows "${PROJECT_SOURCE_DIR}/src/syscalls/syscalls.def")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${kemu_syscall_rows}")

file(STRINGS "${kemu_syscall_rows}" rows REGEX "^SYSCALL\\(")
set(tags "")
foreach(row ${rows})
  if(NOT row MATCHES "^SYSCALL\\( *([0-9]+), *([a-z0-9_]+), *[A-Za-z]+, *[A-Za-z0-9_]+, *\\((.*)\\)\\)$")
    message(FATAL_ERROR "cannot read this row of ${kemu_syscall_rows}: ${row}")
  endif()
  set(number ${CMAKE_MATCH_1})
  set(name ${CMAKE_MATCH_2})
  string(REPLACE ", " ";" parameters "${CMAKE_MATCH_3}")
  set(members "")
  set(pointers "")
  foreach(parameter ${parameters})
    string(REGEX REPLACE "<.*>" "" parameter "${parameter}")
    string(APPEND members "      argument::${parameter}{};\n")
    string(REGEX REPLACE "^.* " "&Arguments::" pointer "${parameter}")
    list(APPEND pointers "${pointer}")
  endforeach()
  list(JOIN pointers ", " pointers)
  string(APPEND tags "  struct ${name} {\n    static constexpr unsigned kNumber = ${number};\n"
    "    static constexpr std::string_view kName = \"${name}\";\n    struct Arguments {\n${members}    };\n"
    "    static constexpr auto kArguments = std::make_tuple(${pointers});\n  };\n")
endforeach()
file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/include/kemu/syscalls.h" @ONLY CONTENT [[
#pragma once

#include <string_view>
#include <tuple>

#include "kemu/arguments.h"

namespace kemu {

/// The system calls that kemu serves, for Machine::on and Machine::after. This header is made from the table of them.
struct Sys {
@tags@};

}  // namespace kemu
]])
