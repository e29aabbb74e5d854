# Shell functions that install what a build needs on Debian 12. Sourced by ./dev, whose kRoot, say and fail they use,
# after apt_debian.sh.

# What each group of subcommands needs. Debian's names; other systems get the list to read.
readonly kBuildPackages=(
  git g++ cmake ninja-build pkg-config
  libunicorn-dev liblief-dev libfmt-dev libspdlog-dev libcli11-dev libgtest-dev libgmock-dev
  libmbedtls-dev
  gcc-aarch64-linux-gnu g++-aarch64-linux-gnu libc6-dev-arm64-cross linux-libc-dev-arm64-cross
  debian-archive-keyring ca-certificates netbase diffutils procps tmux perl bsdutils strace
  make bzip2 e2fsprogs)
readonly kBenchPackages=(qemu-user hyperfine)
readonly kLintPackages=(clang-format clang-tidy)
readonly kUnicornVersion=2.1.1

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "installing packages needs root: run ./dev as root once, or install sudo"
  fi
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -q "$@"
}

# Prints those of the given packages that dpkg does not have installed.
missing_packages() {
  local package
  for package in "$@"; do
    [[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" == installed ]] || echo "$package"
  done
}

unicorn_is_new_enough() {
  dpkg --compare-versions "${1:-0}" ge "$kUnicornVersion"
}

installed_unicorn() {
  dpkg-query -W -f '${Version}' libunicorn-dev 2>/dev/null || true
}

candidate_unicorn() {
  apt-cache policy libunicorn-dev 2>/dev/null | awk '$1 == "Candidate:" { print $2 }'
}

# Debian 12 has Unicorn 2.0.1. Debian 13's needs nothing newer than Debian 12 has, so it is taken from there: the
# pin lets apt see libunicorn* of that suite and refuses everything else in it.
add_unicorn_source() {
  local source preferences
  dpkg --compare-versions "$(dpkg-query -W -f '${Version}' debian-archive-keyring)" ge 2023.3+deb12u2 ||
    apt_install debian-archive-keyring
  source=$(debian_source_line trixie)
  preferences="Explanation: kemu takes Unicorn >= $kUnicornVersion, and nothing else, from Debian 13.
Package: *
Pin: release n=trixie
Pin-Priority: -10

Package: libunicorn*
Pin: release n=trixie
Pin-Priority: 990"
  say "adding Debian 13 as a source for libunicorn* alone (/etc/apt/sources.list.d/kemu-unicorn.list)"
  # The pin first: apt must at no moment see the newer suite without it.
  as_root tee /etc/apt/preferences.d/kemu-unicorn <<<"$preferences" >/dev/null
  as_root tee /etc/apt/sources.list.d/kemu-unicorn.list <<<"$source" >/dev/null
  as_root apt-get update -q
  unicorn_is_new_enough "$(candidate_unicorn)" ||
    fail "apt offers libunicorn-dev $(candidate_unicorn), but kemu needs >= $kUnicornVersion from Debian 13"
}

explain_packages() {
  say "this is not Debian 12, where ./dev installs what it needs. It wants (by Debian's names):"
  say "  $*"
  say "with Unicorn >= $kUnicornVersion. Going on with what is there; CMake names anything it misses."
}

# install_packages PACKAGE...: makes all of them present, with no apt call when they already are.
install_packages() {
  if ! command -v dpkg-query >/dev/null || [[ "$(os_release ID) $(os_release VERSION_ID)" != "debian 12" ]]; then
    explain_packages "$@"
    return
  fi
  local missing
  mapfile -t missing < <(missing_packages "$@")
  if [[ " $* " == *" libunicorn-dev "* ]] && ! unicorn_is_new_enough "$(installed_unicorn)"; then
    [[ " ${missing[*]} " == *" libunicorn-dev "* ]] || missing+=(libunicorn-dev)
  fi
  ((${#missing[@]} > 0)) || return 0
  say "installing: ${missing[*]}"
  as_root apt-get update -q || say "apt-get update reported errors; going on with the package lists that were read"
  if [[ " ${missing[*]} " == *" libunicorn-dev "* ]]; then
    unicorn_is_new_enough "$(candidate_unicorn)" || add_unicorn_source
  fi
  apt_install "${missing[@]}"
}

# ensure_packages GROUP PACKAGE...: install_packages, remembered in a stamp so that the next call costs nothing.
ensure_packages() {
  local stamp=$kRoot/build/stamps/packages-$1
  shift
  [[ -f "$stamp" && "$(<"$stamp")" == "$*" ]] && return
  install_packages "$@"
  mkdir -p "${stamp%/*}"
  echo "$*" >"$stamp"
}
