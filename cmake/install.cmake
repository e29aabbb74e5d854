# What `cmake --install` puts where: the command, the public headers, and the library as one archive and as a shared
# library, to be found by find_package(kemu) and by pkg-config.

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

# The same objects with all they need inside. Not with sanitizers, whose run time belongs to the program.
if(NOT KEMU_SANITIZE)
  add_library(kemu_shared SHARED ${kemu_objects})
  set(kemu_map "${PROJECT_SOURCE_DIR}/cmake/kemu.map")
  target_link_libraries(kemu_shared PRIVATE ${kemu_needs} Threads::Threads m)
  if(NOT TARGET kemu_fmt)
    target_link_libraries(kemu_shared PRIVATE kemu::fmt)
  endif()
  target_link_options(kemu_shared PRIVATE "-Wl,--version-script=${kemu_map}" -Wl,--exclude-libs,ALL ${kemu_wraps})
  # Before 1.0 a minor version may change the interface.
  set_target_properties(kemu_shared PROPERTIES OUTPUT_NAME kemu LINKER_LANGUAGE CXX LINK_DEPENDS "${kemu_map}"
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
    LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
  install(TARGETS kemu_shared LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
endif()

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
