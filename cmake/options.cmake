# What a user may choose, and the language settings that follow from it.

option(KEMU_TESTS "Build the guest programs and the tests" ${PROJECT_IS_TOP_LEVEL})
option(KEMU_WARNINGS_AS_ERRORS "Stop at the first warning" ${PROJECT_IS_TOP_LEVEL})
option(KEMU_PRECOMPILE "Parse the standard library's headers once a build" ON)
option(KEMU_STATIC "Link the kemu command statically, which halves its start-up time" ON)
set(KEMU_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, such as address,undefined")
set(KEMU_UNICORN_ROOT "" CACHE PATH "Where Unicorn >= 2.1.1 is installed, if not in the system's folders")
set(KEMU_LIEF_ROOT "" CACHE PATH "Where LIEF is installed, if not in the system's folders")
set(KEMU_PACKAGES "${PROJECT_SOURCE_DIR}/build/packages" CACHE PATH "What cmake/fetch_guests.sh unpacked")
set(KEMU_GUESTS_DIR "" CACHE PATH "Guest programs that another build tree has compiled already, to be used as they are")
set(KEMU_TEST_TIMEOUT 60 CACHE STRING "Seconds after which a test has failed")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, RelWithDebInfo or Debug" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g")

# What every piece of kemu's own code is compiled with, and no dependency.
# Position-independent for the shared library, whose own functions nobody may replace: so it costs the command nothing.
add_library(kemu_compile_options INTERFACE)
target_compile_options(kemu_compile_options INTERFACE -Wall -Wextra -Wnon-virtual-dtor -fPIC
  -fno-semantic-interposition
  $<$<BOOL:${KEMU_WARNINGS_AS_ERRORS}>:-Werror>)
if(KEMU_SANITIZE)
  # GCC 12 takes std::variant for uninitialised once the sanitizers' code stands around it.
  target_compile_options(kemu_compile_options INTERFACE -fsanitize=${KEMU_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer -Wno-maybe-uninitialized)
  target_link_options(kemu_compile_options INTERFACE -fsanitize=${KEMU_SANITIZE})
endif()
