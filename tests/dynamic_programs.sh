# Dynamic programs of Debian's packages, on both sides of a comparison. Sourced by scripts of tests/cli that say
#   compare PROGRAM [ARG...]
# which runs PROGRAM (a name, found on PATH) natively and on kemu in the same directory, and expects the same output,
# status and files of both.
#
# The native side is the amd64 packages' programs with their own loader and libraries, whatever the host has. kemu's is
# the arm64 packages' tree as $side says: over the host's tree (sysroot) or instead of it (root). sh is the static
# bash on both: BusyBox's would run applets of its own instead of the packages' programs.

arm64=$guests/sysroot/arm64
amd64=$guests/sysroot/amd64
tools=$scratch/native-tools

# One script for each native program, which starts it by the loader it came with.
make_native_tools() {
  local program path loader=$amd64/lib64/ld-linux-x86-64.so.2
  local libraries=$amd64/lib/x86_64-linux-gnu:$amd64/usr/lib/x86_64-linux-gnu
  [[ -e "$loader" ]] || loader=$amd64/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2
  mkdir -p "$tools"
  for path in "$amd64"/bin/* "$amd64"/usr/bin/*; do
    program=${path##*/}
    [[ -x "$path" && ! -L "$path" ]] || continue
    printf '#!%s\nexec "%s" --library-path "%s" --argv0 "%s" "%s" "$@"\n' "$native/busybox sh" "$loader" "$libraries" \
      "$program" "$path" >"$tools/$program"
    chmod +x "$tools/$program"
  done
  ln -s python3.11 "$tools/python3"
  ln -s "$native/bash-static" "$tools/sh"
}

# What both sides have of an environment.
dynamic_environment=(HOME=/ TMPDIR=. LANG=C LC_ALL=C TZ=UTC PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0 PYTHONNOUSERSITE=1)

compare() {
  local name=$1 what status_native=0
  shift
  mkdir -p "$scratch/both"
  last_command="natively: $name $*"
  (cd "$scratch/both" && exec env --default-signal -i "${dynamic_environment[@]}" PATH="$tools" \
    PYTHONHOME="$amd64/usr" PERL5LIB="$amd64/usr/lib/x86_64-linux-gnu/perl-base" \
    timeout "$limit" "$tools/$name" "$@") \
    >"$scratch/native.out" 2>"$scratch/native.err" <"${input:-/dev/null}" || status_native=$?
  describe_files >"$scratch/native.files"
  rm -rf "$scratch/both"
  mkdir -p "$scratch/both"
  cd "$scratch/both"
  run_on_kemu "$name" "$@"
  cd "$scratch/work"
  last_command="kemu --$side $name $*"
  describe_files >"$scratch/guest.files"
  rm -rf "$scratch/both"
  ((status == status_native)) || fail "status $status, natively $status_native"
  for what in out err; do
    cmp -s "$scratch/native.$what" "$scratch/$what" ||
      fail "$(diff -a -u --label native --label kemu "$scratch/native.$what" "$scratch/$what" | head -n 30)"
  done
  cmp -s "$scratch/native.files" "$scratch/guest.files" ||
    fail "$(diff -u --label native --label kemu "$scratch/native.files" "$scratch/guest.files" | head -n 30)"
}

# The tree of guests may be a link: what is bound inside is named by the host's paths.
run_on_kemu() {
  local name=$1 path=usr/bin/$1 options=(--bind "$bin/bash-static:/bin/sh:ro") variable
  shift
  [[ -e "$arm64/$path" ]] || path=bin/$name
  for variable in "${dynamic_environment[@]}" PATH=/bin:/usr/bin; do options+=(--env "$variable"); done
  if [[ "$side" == root ]]; then
    options+=(--root "$arm64" --bind "$scratch/both:/work" --cwd /work)
  else
    options+=(--sysroot "$arm64")
  fi
  run "${options[@]}" "/$path" "$@"
}

describe_files() { (cd "$scratch/both" && find . -type f -printf '%P %#m\n' | sort && find . -type f -print0 | sort -z | xargs -0r cksum); }

make_native_tools
