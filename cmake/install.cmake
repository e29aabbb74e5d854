# What `cmake --install` puts where: the command, the public headers, and the library as one archive, to be found by
# find_package(kemu) and by pkg-config.
#
# A shared library is not among it: the layers would have to be compiled as position-independent code, the command with
# them or a second time.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# The layers in one archive, and {fmt} where kemu compiles it itself.
set(parts base vm fs loader process syscalls api testing)
if(TARGET kemu_fmt)
  list(APPEND parts fmt)
endif()
list(TRANSFORM parts REPLACE "(.+)" "$<TARGET_OBJECTS:kemu_\\1>" OUTPUT_VARIABLE kemu_objects)
add_library(kemu_library STATIC ${kemu_objects})
set_target_properties(kemu_library PROPERTIES OUTPUT_NAME kemu LINKER_LANGUAGE CXX
  ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

# What the archive needs beside itself, as files of this host. Elsewhere kemuConfig.cmake looks for them by name.
set(kemu_needs "${KEMU_LIEF_LIBRARY}")
foreach(need mbedx509 mbedcrypto)
  if(KEMU_LIEF_NEEDS_${need})
    list(APPEND kemu_needs "${KEMU_LIEF_NEEDS_${need}}")
  endif()
endforeach()
list(APPEND kemu_needs "${KEMU_UNICORN_LIBRARY}")

set(kemu_needs_fmt OFF)
set(kemu_pc_libraries "${kemu_needs}")
if(NOT TARGET kemu_fmt)
  set(kemu_needs_fmt ON)
  list(APPEND kemu_pc_libraries -lfmt)
endif()
list(JOIN kemu_pc_libraries " " kemu_pc_libraries)

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/kemuConfig.cmake.in"
  "${CMAKE_BINARY_DIR}/package/kemuConfig.cmake" INSTALL_DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/kemu"
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file("${CMAKE_BINARY_DIR}/package/kemuConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
configure_file("${PROJECT_SOURCE_DIR}/cmake/kemu.pc.in" "${CMAKE_BINARY_DIR}/package/kemu.pc" @ONLY)

if(TARGET kemu)
  install(TARGETS kemu RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
install(TARGETS kemu_library ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/kemu" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
  FILES_MATCHING PATTERN "*.h")
install(FILES "${CMAKE_BINARY_DIR}/include/kemu/syscalls.h" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/kemu")
install(FILES "${CMAKE_BINARY_DIR}/package/kemuConfig.cmake" "${CMAKE_BINARY_DIR}/package/kemuConfigVersion.cmake"
  DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/kemu")
install(FILES "${CMAKE_BINARY_DIR}/package/kemu.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
