# LIEF fills tables of Windows ordinals before main: 5 of the 7 million instructions that start an empty program linked
# with it, 0.7 ms. kemu reads ELF alone, so the archive's PE part is linked without its initialiser. Where an archive
# is laid out otherwise, it is linked as it is.
function(kemu_leave_out_pe_tables archive)
  find_program(KEMU_OBJCOPY NAMES objcopy)
  set(object "${PROJECT_BINARY_DIR}/lief/utils.cpp.o")
  file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/lief")
  foreach(number RANGE 1 16)  # several members have this name
    execute_process(COMMAND "${CMAKE_AR}" xN ${number} "${archive}" utils.cpp.o
      WORKING_DIRECTORY "${PROJECT_BINARY_DIR}/lief" RESULT_VARIABLE failed ERROR_QUIET)
    if(failed)
      return()
    endif()
    execute_process(COMMAND "${CMAKE_NM}" "${object}" OUTPUT_VARIABLE symbols ERROR_QUIET)
    if(symbols MATCHES " T _ZN4LIEF2PE16resolve_ordinals")
      execute_process(COMMAND "${KEMU_OBJCOPY}" --remove-section=.init_array --remove-section=.rela.init_array
        "${object}" "${PROJECT_BINARY_DIR}/lief/pe_without_tables.o" RESULT_VARIABLE failed)
      if(NOT failed)
        # An object comes before the archive whose member it stands for.
        get_target_property(libraries kemu_lief INTERFACE_LINK_LIBRARIES)
        set_property(TARGET kemu_lief PROPERTY INTERFACE_LINK_LIBRARIES
          "${PROJECT_BINARY_DIR}/lief/pe_without_tables.o" ${libraries})
      endif()
      return()
    endif()
  endforeach()
endfunction()
