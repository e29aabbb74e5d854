# What most sources include, parsed once a build: two of a source's three seconds were spent on these. A source names
# what it uses nevertheless, as it must where KEMU_PRECOMPILE is off.
if(KEMU_PRECOMPILE)
  # A newer one would rebuild everything.
  if(NOT EXISTS "${CMAKE_BINARY_DIR}/precompiled.cpp")
    file(TOUCH "${CMAKE_BINARY_DIR}/precompiled.cpp")
  endif()
  add_library(kemu_precompiled OBJECT "${CMAKE_BINARY_DIR}/precompiled.cpp")
  target_link_libraries(kemu_precompiled PRIVATE kemu::fmt kemu_compile_options)
  target_precompile_headers(kemu_precompiled PRIVATE <algorithm> <array> <charconv> <compare> <cstring> <deque>
    <functional> <list> <map> <memory> <optional> <set> <span> <string> <string_view> <unordered_map> <utility>
    <variant> <vector> <fmt/format.h>)
endif()

# kemu_own_code(<target>): kemu's options for a target of its own sources.
function(kemu_own_code target)
  target_link_libraries(${target} PRIVATE kemu_compile_options)
  if(KEMU_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM kemu_precompiled)
  endif()
endfunction()

# kemu_layer(<name> [DEPS <layer or library>...] [PRIVATE <library>...] [SUPPLIED_BY <layer>...])
#
# The static library kemu_<name> of every source in the calling folder and below. DEPS are what its headers show;
# PRIVATE is seen by its sources alone. SUPPLIED_BY names layers further right that define a function which this one
# only declares: the one upward call of the design is resolved by the linker, and no header is included against the
# arrow.
#
# A layer without sources is an empty library, so that the tree configures at any stage.
function(kemu_layer name)
  cmake_parse_arguments(ARG "" "" "DEPS;PRIVATE;SUPPLIED_BY" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  if(NOT sources)
    set(sources "${CMAKE_CURRENT_BINARY_DIR}/no_sources_yet.cpp")
    file(TOUCH "${sources}")
  endif()
  list(TRANSFORM ARG_SUPPLIED_BY PREPEND kemu_)
  add_library(kemu_${name} STATIC ${sources})
  target_include_directories(kemu_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/include")
  target_link_libraries(kemu_${name}
    PUBLIC ${ARG_DEPS}
    PRIVATE ${ARG_PRIVATE}
    INTERFACE ${ARG_SUPPLIED_BY})
  kemu_own_code(kemu_${name})
  target_compile_definitions(kemu_${name} PRIVATE KEMU_VERSION="${PROJECT_VERSION}")
endfunction()

# kemu_command(DEPS <layer or library>...): the kemu command, of the calling folder's sources.
function(kemu_command)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  if(NOT sources)
    return()
  endif()
  add_executable(kemu ${sources})
  target_include_directories(kemu PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(kemu PRIVATE ${ARG_DEPS})
  kemu_own_code(kemu)
  target_compile_definitions(kemu PRIVATE KEMU_VERSION="${PROJECT_VERSION}")
  set_target_properties(kemu PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
  if(KEMU_STATIC)
    # At a fixed address: relocating Unicorn's and LIEF's tables costs 0.75 ms a start.
    target_link_options(kemu PRIVATE -static -no-pie)
  endif()
endfunction()
