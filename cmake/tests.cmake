# Every test, found by its place:
#
#   unit/<layer>                    tests/unit/<layer>/*.cpp, one GoogleTest program a layer
#   guest/<topic>/<name>/<libc>     guests/<topic>/<name>.c, on the host and on kemu
#   script/<name>, cli/<name>       tests/scripts/*.sh, tests/cli/*.sh
#   program/<name>                  tests/programs/*.sh, work done by programs of DIR/programs of fetch_guests.sh
#   cases/<name>                    tests/cases/*.cases, a file of shell cases each
#   mksh/<part>                     mksh's own test suite
#   strace                          tests/compare_traces, of the programs in tests/traced_programs
#   fuzz/<name>                     tests/fuzz/*.cpp
#   same_trace                      tests/same_trace, of a few runs of a deterministic pipeline
#   many_seeds                      tests/many_seeds, of programs with threads under a few seeds
#   install/examples                tests/run_examples, of examples/ against an installed copy
#   tidy                            tests/tidy
#
# tests/known_failures lists tests that are known to fail, each with its reason; one that passes fails the run.

set(kemu_test_dir "${PROJECT_SOURCE_DIR}/tests")

# kemu_test(<name> <command>...)
function(kemu_test name)
  add_test(NAME "${name}" COMMAND ${ARGN})
  # The runners stop what they started after KEMU_TEST_TIMEOUT; this is for the rest.
  math(EXPR limit "${KEMU_TEST_TIMEOUT} * 6")
  set(data "KEMU_TEST_DATA=${kemu_test_dir}/data")
  set(leaks "LSAN_OPTIONS=suppressions=${kemu_test_dir}/leak_suppressions:print_suppressions=0")
  set_tests_properties("${name}" PROPERTIES
    TIMEOUT ${limit}
    ENVIRONMENT "KEMU=$<$<TARGET_EXISTS:kemu>:$<TARGET_FILE:kemu>>;KEMU_GUESTS=${kemu_guests};${data};${leaks}")
  if("${name}" IN_LIST kemu_known_failures)
    set_tests_properties("${name}" PROPERTIES WILL_FAIL TRUE)
  endif()
endfunction()

# Sets kemu_known_failures to the names in tests/known_failures; tests/tidy sees to the reasons.
function(kemu_read_known_failures)
  set(list "${kemu_test_dir}/known_failures")
  set(names "")
  if(EXISTS "${list}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${list}")
    file(STRINGS "${list}" lines REGEX "^[^#]")
    foreach(line ${lines})
      string(REGEX REPLACE " .*" "" name "${line}")
      list(APPEND names "${name}")
    endforeach()
  endif()
  set(kemu_known_failures "${names}" PARENT_SCOPE)
endfunction()

# A program of kemu's own layers that is run as a test.
function(kemu_test_program target)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${target} ${ARG_SOURCES})
  target_include_directories(${target} PRIVATE "${kemu_test_dir}")
  target_link_libraries(${target} PRIVATE ${ARG_LIBRARIES})
  kemu_own_code(${target})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
endfunction()

function(kemu_unit_tests)
  foreach(layer base vm fs loader process syscalls api testing)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${kemu_test_dir}/unit/${layer}/*.cpp")
    if(sources)
      kemu_test_program(unit_${layer} SOURCES ${sources} LIBRARIES kemu_${layer} GTest::gmock_main)
      kemu_test(unit/${layer} unit_${layer} --gtest_brief=1)
    endif()
  endforeach()
endfunction()

function(kemu_fuzz_tests)
  file(GLOB sources CONFIGURE_DEPENDS "${kemu_test_dir}/fuzz/*.cpp")
  foreach(source ${sources})
    get_filename_component(name "${source}" NAME_WE)
    kemu_test_program(fuzz_${name} SOURCES ${source} LIBRARIES kemu_api kemu_syscalls GTest::gtest)
    kemu_test(fuzz/${name} fuzz_${name})
  endforeach()
endfunction()

function(kemu_guest_tests)
  foreach(name ${kemu_guest_names})
    foreach(libc ${kemu_guest_libcs_${name}})
      kemu_test(guest/${name}/${libc} bash "${kemu_test_dir}/run_guest" $<TARGET_FILE:kemu>
        "${kemu_guests}/host/${name}" "${kemu_guests}/${libc}/${name}" ${KEMU_TEST_TIMEOUT}
        ${kemu_guest_options_${name}})
    endforeach()
  endforeach()
endfunction()

# kemu_shell_tests(<prefix> <folder> <runner>): one test a tests/<folder>/*.sh.
function(kemu_shell_tests prefix folder runner)
  file(GLOB scripts CONFIGURE_DEPENDS "${kemu_test_dir}/${folder}/*.sh")
  foreach(script ${scripts})
    get_filename_component(name "${script}" NAME_WE)
    kemu_test(${prefix}/${name} bash "${kemu_test_dir}/${runner}" $<TARGET_FILE:kemu> "${kemu_guests}" "${script}")
  endforeach()
endfunction()

# One test a tests/programs/*.sh. What the system has no npm to fetch is left out, and said.
function(kemu_program_tests)
  file(GLOB scripts CONFIGURE_DEPENDS "${kemu_test_dir}/programs/*.sh")
  foreach(script ${scripts})
    get_filename_component(name "${script}" NAME_WE)
    file(STRINGS "${script}" programs LIMIT_COUNT 10 REGEX "^# programs: ")
    string(REGEX REPLACE "^# programs: " "" programs "${programs}")
    separate_arguments(programs UNIX_COMMAND "${programs}")
    set(missing ${programs})
    foreach(program ${programs})
      if(EXISTS "${kemu_guests}/programs/arm64/${program}")
        list(REMOVE_ITEM missing "${program}")
      endif()
    endforeach()
    if(missing)
      message(WARNING "The test program/${name} is left out: without npm there is no ${missing}")
    else()
      kemu_test(program/${name} bash "${kemu_test_dir}/run_program" $<TARGET_FILE:kemu> "${kemu_guests}" "${script}")
    endif()
  endforeach()
endfunction()

# One test a file of cases; kemu's side runs twice, the second time with a trace.
function(kemu_case_tests)
  file(GLOB files CONFIGURE_DEPENDS "${kemu_test_dir}/cases/*.cases")
  foreach(file ${files})
    get_filename_component(name "${file}" NAME_WE)
    kemu_test(cases/${name} bash "${kemu_test_dir}/run_cases" --strace $<TARGET_FILE:kemu> "${kemu_guests}" "${file}")
  endforeach()
endfunction()

# In parts that are of a length with other tests.
function(kemu_mksh_tests)
  set(parts 4)
  foreach(part RANGE 1 ${parts})
    kemu_test(mksh/${part} bash "${kemu_test_dir}/run_mksh" $<TARGET_FILE:kemu> "${kemu_guests}" ${part} ${parts})
  endforeach()
endfunction()

find_package(GTest REQUIRED)
kemu_read_known_failures()
kemu_unit_tests()
kemu_fuzz_tests()
kemu_test(tidy "${kemu_test_dir}/tidy" "${PROJECT_SOURCE_DIR}")
if(TARGET kemu AND kemu_guests)
  kemu_guest_tests()
  kemu_shell_tests(script scripts run_script)
  kemu_shell_tests(cli cli run_cli)
  kemu_program_tests()
  kemu_case_tests()
  kemu_mksh_tests()
  kemu_test(regressions $<TARGET_FILE:kemu> test "--shell=${kemu_guests}/bin/busybox sh"
    "${kemu_test_dir}/regressions")
  kemu_test(same_trace bash "${kemu_test_dir}/same_trace" -n 20 $<TARGET_FILE:kemu> "${kemu_guests}")
  kemu_test(many_seeds bash "${kemu_test_dir}/many_seeds" -s 2 $<TARGET_FILE:kemu> "${kemu_guests}")
  if(NOT KEMU_SANITIZE)  # whose options the examples would have to be built with
    kemu_test(install/examples bash "${kemu_test_dir}/run_examples" "${CMAKE_BINARY_DIR}" "${kemu_guests}"
      "${CMAKE_GENERATOR}")
  endif()
  kemu_test(strace perl "${kemu_test_dir}/compare_traces" $<TARGET_FILE:kemu> "${kemu_guests}"
    "${kemu_test_dir}/traced_programs")
endif()
foreach(name ${kemu_known_failures})
  if(kemu_guests AND NOT TEST "${name}")
    message(FATAL_ERROR "tests/known_failures names ${name}, which is no test")
  endif()
endforeach()
