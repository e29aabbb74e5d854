# The libraries kemu stands on, as targets kemu::{unicorn,lief,fmt,spdlog,cli11}.
#
# Static archives come first: relocating the shared Unicorn costs 2 ms at every start of the command, the shared LIEF
# with its own dependencies another 2.

find_package(Threads REQUIRED)

# kemu_find_library(<name> ROOT <folder> HEADER <file> ARCHIVES <name>... [NEEDS <name>...] ADVICE <text>)
# Makes kemu::<name> of a header and a library below <folder>, or in the system's folders where that is empty. NEEDS
# names what a static archive wants beside itself; where it is absent the shared library is taken.
function(kemu_find_library name)
  cmake_parse_arguments(ARG "" "ROOT;HEADER;LIBRARY;ADVICE" "NEEDS" ${ARGN})
  string(TOUPPER ${name} upper)
  set(where "")
  if(ARG_ROOT)
    set(where PATHS "${ARG_ROOT}" "${ARG_ROOT}/build" NO_DEFAULT_PATH)
  endif()
  find_path(KEMU_${upper}_INCLUDE_DIR ${ARG_HEADER} ${where} PATH_SUFFIXES include)
  find_library(KEMU_${upper}_LIBRARY NAMES lib${ARG_LIBRARY}.a ${ARG_LIBRARY} ${where} PATH_SUFFIXES lib lib64)
  if(NOT KEMU_${upper}_INCLUDE_DIR OR NOT KEMU_${upper}_LIBRARY)
    message(FATAL_ERROR "${name} was not found. ${ARG_ADVICE}")
  endif()
  set(libraries "${KEMU_${upper}_LIBRARY}")
  foreach(need ${ARG_NEEDS})
    find_library(KEMU_${upper}_NEEDS_${need} NAMES lib${need}.a)
    if(KEMU_${upper}_NEEDS_${need})
      list(APPEND libraries "${KEMU_${upper}_NEEDS_${need}}")
    endif()
  endforeach()
  add_library(kemu_${name} INTERFACE)
  add_library(kemu::${name} ALIAS kemu_${name})
  target_include_directories(kemu_${name} SYSTEM INTERFACE "${KEMU_${upper}_INCLUDE_DIR}")
  target_link_libraries(kemu_${name} INTERFACE ${libraries} Threads::Threads m)
endfunction()

# Unicorn 2.0 has no virtual TLB, and sends each guest store through a path 20 to 80 times slower.
function(kemu_check_unicorn_version)
  file(STRINGS "${KEMU_UNICORN_INCLUDE_DIR}/unicorn/unicorn.h" lines REGEX "^#define UC_API_(MAJOR|MINOR|PATCH) ")
  string(REGEX REPLACE "[^0-9;]" "" numbers "${lines}")
  string(REPLACE ";" "." version "${numbers}")
  if(version VERSION_LESS 2.1.1)
    message(FATAL_ERROR "Unicorn in ${KEMU_UNICORN_INCLUDE_DIR} is ${version}, but kemu needs 2.1.1 or newer. "
      "${kemu_unicorn_advice}")
  endif()
  message(STATUS "Unicorn ${version}: ${KEMU_UNICORN_LIBRARY}")
endfunction()

# Debian 12 has {fmt} as a shared library only. Version 9 keeps its sources in a header for exactly this use.
function(kemu_find_fmt)
  find_package(fmt REQUIRED)
  if(fmt_VERSION VERSION_GREATER_EQUAL 9 AND fmt_VERSION VERSION_LESS 10)
    get_target_property(folder fmt::fmt INTERFACE_INCLUDE_DIRECTORIES)
    add_library(kemu_fmt STATIC "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/fmt_9.cpp")
    target_include_directories(kemu_fmt SYSTEM PUBLIC ${folder})
    target_compile_options(kemu_fmt PRIVATE -fPIC)
    add_library(kemu::fmt ALIAS kemu_fmt)
  else()
    add_library(kemu::fmt ALIAS fmt::fmt)
  endif()
endfunction()

# Of spdlog the headers are used, by one file; with {fmt} as above.
function(kemu_find_spdlog)
  find_path(KEMU_SPDLOG_INCLUDE_DIR spdlog/spdlog.h REQUIRED)
  add_library(kemu_spdlog INTERFACE)
  add_library(kemu::spdlog ALIAS kemu_spdlog)
  target_include_directories(kemu_spdlog SYSTEM INTERFACE "${KEMU_SPDLOG_INCLUDE_DIR}")
  target_compile_definitions(kemu_spdlog INTERFACE SPDLOG_FMT_EXTERNAL)
  target_link_libraries(kemu_spdlog INTERFACE kemu::fmt Threads::Threads)
endfunction()

set(kemu_unicorn_advice "On Debian 12, ./dev build installs it from Debian 13, whose packages libunicorn-dev and \
libunicorn2t64 need nothing newer; elsewhere name an installation with -DKEMU_UNICORN_ROOT=FOLDER.")

kemu_find_library(unicorn ROOT "${KEMU_UNICORN_ROOT}" HEADER unicorn/unicorn.h LIBRARY unicorn
  ADVICE "${kemu_unicorn_advice}")
kemu_check_unicorn_version()
kemu_find_library(lief ROOT "${KEMU_LIEF_ROOT}" HEADER LIEF/ELF.hpp LIBRARY LIEF NEEDS mbedx509 mbedcrypto
  ADVICE "Install liblief-dev, or name an installation with -DKEMU_LIEF_ROOT=FOLDER.")
if(KEMU_LIEF_LIBRARY MATCHES "\\.a$")
  include(lief_start_up)
  kemu_leave_out_pe_tables("${KEMU_LIEF_LIBRARY}")
endif()
kemu_find_fmt()
kemu_find_spdlog()
find_package(CLI11 REQUIRED)

# A static command wants every library as an archive.
foreach(library "${KEMU_UNICORN_LIBRARY}" "${KEMU_LIEF_LIBRARY}")
  if(KEMU_STATIC AND NOT library MATCHES "\\.a$")
    message(STATUS "${library} is no static archive: the kemu command is linked dynamically")
    set(KEMU_STATIC OFF)
  endif()
endforeach()
if(KEMU_SANITIZE)
  set(KEMU_STATIC OFF)
endif()

# Functions of Unicorn's that the linker puts others before: see src/vm/tlb_guard.cpp and translation_buffer.cpp. Where
# Unicorn is a shared library its own go on to be called.
set(kemu_wraps "-Wl,--wrap=tlb_reset_dirty_by_vaddr_aarch64,--wrap=tb_gen_code_aarch64")
