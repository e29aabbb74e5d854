# The guest programs: guests/<topic>/<name>.c or .cpp, each compiled for this machine, for AArch64 with musl and for
# AArch64 with glibc, the last two statically. They lie below the build folder like this, beside links to what was
# fetched:
#
#   guests/{host,musl,glibc}/<topic>/<name>
#   guests/{bin,applets,native,arm64,programs,sysroot} see fetch_guests.sh
#
# Lines of a program's head comment decide how it is built:
#
#   // libc: musl          only with this libc (default: musl glibc)
#   // flags: -pthread     more flags for the compiler (-static-pie replaces -static)
#   // kemu: --fork=eager  options of kemu for its tests
#   // library: tls        linked dynamically, to open libtls.so: guests/<topic>/libraries/tls.c. On kemu its
#                          interpreter and libc come from the sysroot that was fetched

set(kemu_guests "${CMAKE_BINARY_DIR}/guests")
set(kemu_libcs musl glibc)
find_program(KEMU_GUEST_CC aarch64-linux-gnu-gcc)
find_program(KEMU_GUEST_CXX aarch64-linux-gnu-g++)

# Sets <result> to the value of the line `// <key>: <value>` in the head of a source, or to nothing.
function(kemu_source_note source key result)
  file(STRINGS "${source}" lines LIMIT_COUNT 40 REGEX "^// ${key}: ")
  string(REGEX REPLACE "^// ${key}: " "" value "${lines}")
  separate_arguments(value UNIX_COMMAND "${value}")
  set(${result} "${value}" PARENT_SCOPE)
endfunction()

# Links the fetched trees into this build's guests folder, and generates what compiling against musl needs.
function(kemu_prepare_guests)
  file(MAKE_DIRECTORY "${kemu_guests}/kernel")
  foreach(name bin applets native arm64 programs sysroot)
    file(CREATE_LINK "${KEMU_PACKAGES}/${name}" "${kemu_guests}/${name}" SYMBOLIC)
  endforeach()
  # Three folders of the cross libc's headers and not the whole, which would let glibc's own in.
  execute_process(COMMAND "${KEMU_GUEST_CC}" -print-sysroot OUTPUT_VARIABLE sysroot OUTPUT_STRIP_TRAILING_WHITESPACE)
  find_path(KEMU_KERNEL_HEADERS linux/futex.h NO_DEFAULT_PATH
    PATHS "${sysroot}/usr/aarch64-linux-gnu/include" /usr/aarch64-linux-gnu/include "${sysroot}/usr/include" REQUIRED)
  foreach(name linux asm asm-generic)
    file(CREATE_LINK "${KEMU_KERNEL_HEADERS}/${name}" "${kemu_guests}/kernel/${name}" SYMBOLIC)
  endforeach()
  set(musl_include "${KEMU_PACKAGES}/arm64/usr/include/aarch64-linux-musl")
  set(musl_lib "${KEMU_PACKAGES}/arm64/usr/lib/aarch64-linux-musl")
  set(musl_shared "${KEMU_PACKAGES}/arm64/lib/aarch64-linux-musl")
  set(kernel_include "${kemu_guests}/kernel")
  foreach(name musl musl_dynamic)
    configure_file("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${name}.specs.in" "${kemu_guests}/${name}.specs" @ONLY)
  endforeach()
endfunction()

# Sets <result> to flags that name the folders of the cross compiler's own C++ headers.
function(kemu_cxx_headers result)
  execute_process(COMMAND "${KEMU_GUEST_CXX}" -E -x c++ -v /dev/null ERROR_VARIABLE said OUTPUT_QUIET)
  string(REGEX MATCHALL "\n [^\n]*/c[+][+]/[^\n]*" folders "${said}")
  list(TRANSFORM folders STRIP)
  list(TRANSFORM folders PREPEND "-isystem")
  set(${result} ${folders} PARENT_SCOPE)
endfunction()

# kemu_compile_guest(<source> <output> <variant> <flags>...): one custom command; <variant> is host, musl or glibc.
function(kemu_compile_guest source output variant)
  set(language C)
  set(standard -std=gnu11)
  set(cross "${KEMU_GUEST_CC}")
  if(source MATCHES "[.]cpp$")
    set(language CXX)
    set(standard -std=gnu++17)
    set(cross "${KEMU_GUEST_CXX}")
  endif()
  set(flags ${standard} -O1 -Wall -Wextra -Werror "-I${PROJECT_SOURCE_DIR}/guests/include" -MD -MF "${output}.d"
    ${ARGN})
  if(variant STREQUAL host)
    set(compiler "${CMAKE_${language}_COMPILER}")
    list(REMOVE_ITEM flags -static-pie)
  else()
    set(compiler "${cross}")
    set(specs "${kemu_guests}/musl.specs")
    if("-rdynamic" IN_LIST flags OR "-shared" IN_LIST flags)
      set(specs "${kemu_guests}/musl_dynamic.specs")
    elseif(NOT "-static-pie" IN_LIST flags)
      list(APPEND flags -static)
    endif()
  endif()
  if(variant STREQUAL musl)
    list(PREPEND flags -specs "${specs}")
    if(language STREQUAL CXX)
      # libstdc++'s headers for glibc, as far as they go: see guests/include/cxx_on_musl.h.
      kemu_cxx_headers(headers)
      list(PREPEND flags -nostdinc++ ${headers} "-D__GLIBC_PREREQ(major,minor)=0")
    endif()
  endif()
  get_filename_component(folder "${output}" DIRECTORY)
  file(MAKE_DIRECTORY "${folder}")
  file(RELATIVE_PATH shown "${kemu_guests}" "${output}")
  add_custom_command(OUTPUT "${output}"
    COMMAND "${compiler}" ${flags} -o "${output}" "${source}" -lm
    DEPENDS "${source}" DEPFILE "${output}.d"
    COMMENT "Guest ${shown}" VERBATIM)
endfunction()

# The library of a dynamic guest program, beside it; its path is added to the list <result>.
function(kemu_compile_library topic library variant result)
  set(output "${kemu_guests}/${variant}/${topic}/lib${library}.so")
  kemu_compile_guest("${PROJECT_SOURCE_DIR}/guests/${topic}/libraries/${library}.c" "${output}" ${variant}
    -shared -fPIC -Wl,-soname,lib${library}.so)
  set(${result} ${${result}} "${output}" PARENT_SCOPE)
endfunction()

# Finds every guest program. Sets kemu_guest_names to <topic>/<name> of each, kemu_guest_libcs_<topic>/<name> and
# kemu_guest_options_<topic>/<name> to its notes, and makes the target `guests`, which builds them unless another tree
# did.
function(kemu_guest_programs)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/guests/*/*.c" "${PROJECT_SOURCE_DIR}/guests/*/*.cpp")
  set(outputs "")
  set(names "")
  foreach(source ${sources})
    file(RELATIVE_PATH name "${PROJECT_SOURCE_DIR}/guests" "${source}")
    string(REGEX REPLACE "\\.c(pp)?$" "" name "${name}")
    # A changed head comment changes how the program is built.
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
    kemu_source_note("${source}" libc libcs)
    kemu_source_note("${source}" flags flags)
    kemu_source_note("${source}" kemu options)
    kemu_source_note("${source}" library library)
    get_filename_component(topic "${name}" DIRECTORY)
    if(library)
      list(APPEND flags -rdynamic -ldl)
      list(APPEND options "--sysroot=${kemu_guests}/sysroot/arm64")
    endif()
    if(NOT libcs)
      set(libcs ${kemu_libcs})
    endif()
    list(APPEND names "${name}")
    set("kemu_guest_libcs_${name}" "${libcs}" PARENT_SCOPE)
    set("kemu_guest_options_${name}" "${options}" PARENT_SCOPE)
    foreach(variant host ${libcs})
      list(APPEND outputs "${kemu_guests}/${variant}/${name}")
      set(run_path "")
      if(library)
        set(run_path "-Wl,-rpath,${kemu_guests}/${variant}/${topic}")
      endif()
      if(library AND NOT KEMU_GUESTS_DIR)
        kemu_compile_library("${topic}" "${library}" ${variant} outputs)
      endif()
      if(NOT KEMU_GUESTS_DIR)
        kemu_compile_guest("${source}" "${kemu_guests}/${variant}/${name}" ${variant} ${flags} ${run_path})
      endif()
    endforeach()
  endforeach()
  set(kemu_guest_names "${names}" PARENT_SCOPE)
  if(NOT KEMU_GUESTS_DIR)
    add_custom_target(guests ALL DEPENDS ${outputs})
  endif()
endfunction()

if(KEMU_GUESTS_DIR)
  set(kemu_guests "${KEMU_GUESTS_DIR}")
  kemu_guest_programs()
elseif(NOT EXISTS "${KEMU_PACKAGES}/complete" OR NOT KEMU_GUEST_CC OR NOT KEMU_GUEST_CXX)
  message(WARNING "No guest program is built or tested: run ./dev build once, which fetches the packages that "
    "they come from, and install g++-aarch64-linux-gnu.")
  set(kemu_guests "")
  set(kemu_guest_names "")
else()
  kemu_prepare_guests()
  kemu_guest_programs()
endif()
