#!/usr/bin/env bash
# fetch_guests.sh DIR: fills DIR with the Debian packages kemu's guests come from, unpacked and never installed.
#
#   DIR/arm64     the packages' own trees: guests and musl's headers and libraries
#   DIR/amd64     the same shells for this machine: the oracle that tests compare with
#   DIR/bin       the guests by short names: busybox bash-static sash mksh-musl mksh-klibc mksh-diet zsh-static, and
#                 busybox-servers, compiled from the source of Debian's BusyBox
#   DIR/applets   one link per BusyBox applet
#   DIR/native    busybox, bash-static, zsh-static, mksh-musl and busybox-servers for this machine
#   DIR/programs  larger programs of several languages by short names, in arm64 and amd64: those of kPrograms from
#                 Debian, and those of npm_programs.sh
#   DIR/sysroot   trees of dynamically linked programs and their libraries, arm64 and amd64: see dynamic_programs.sh
#
# The .deb files and the source are kept in $KEMU_DOWNLOADS (default: DIR/../downloads). Nothing on the system changes:
# apt runs with a state of its own, in which arm64 is the native architecture.
set -euo pipefail

readonly kHere=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$kHere/apt_debian.sh"
source "$kHere/busybox_servers.sh"
source "$kHere/npm_programs.sh"
source "$kHere/dynamic_programs.sh"

readonly kSuite=bookworm
readonly kArm64Packages=(busybox-static bash-static zsh-static sash mksh musl musl-dev)
readonly kAmd64Packages=(busybox-static bash-static zsh-static mksh)
# Static programs, each a package and the path in it: in Go (1.19), C and C++.
readonly kPrograms=(
  'duf usr/bin/duf' 'gopass usr/bin/gopass' 'shfmt usr/bin/shfmt'
  'e2fsck-static sbin/e2fsck.static' 'dar-static usr/bin/dar_static' 'gpgv-static usr/bin/gpgv-static'
  'zsh-static bin/zsh-static')

main() {
  local dir=${1:?usage: fetch_guests.sh DIR}
  local downloads=${KEMU_DOWNLOADS:-$dir/../downloads}
  local programs=("${kPrograms[@]%% *}")
  local wanted="$kSuite ${kArm64Packages[*]} / ${kAmd64Packages[*]} / $(cksum <"$kServersConfig")"
  wanted+=" / ${programs[*]} / $(npm_programs) / ${kDynamicPackages[*]}"
  [[ -f "$dir/complete" && "$(<"$dir/complete")" == "$wanted" ]] && return
  mkdir -p "$downloads"
  downloads=$(cd "$downloads" && pwd)
  rm -rf "$dir"
  mkdir -p "$dir"
  download_architecture arm64 "$downloads" "${kArm64Packages[@]}" "${programs[@]}" "${kDynamicPackages[@]}"
  download_architecture amd64 "$downloads" "${kAmd64Packages[@]}" "${programs[@]}" "${kDynamicPackages[@]}"
  download_servers "$downloads"
  unpack arm64 "$downloads" "$dir" "${kArm64Packages[@]}" "${programs[@]}"
  unpack amd64 "$downloads" "$dir" "${kAmd64Packages[@]}" "${programs[@]}"
  link_short_names "$dir"
  build_servers "$downloads" "$dir"
  link_programs "$dir"
  fetch_npm_programs "$downloads" "$dir/programs"
  unpack_dynamic_programs "$downloads" "$dir"
  echo "$wanted" >"$dir/complete"
}

# Prints the downloaded file of a package, or nothing.
downloaded() {
  local downloads=$1 architecture=$2 package=$3
  find "$downloads" -maxdepth 1 -name "${package}_*_$architecture.deb" | sort -V | tail -n 1
}

# download_architecture ARCHITECTURE DOWNLOADS PACKAGE...: fetches those not there yet.
download_architecture() {
  local architecture=$1 downloads=$2 package
  shift 2
  local missing=()
  for package in "$@"; do
    [[ -n "$(downloaded "$downloads" "$architecture" "$package")" ]] || missing+=("$package")
  done
  ((${#missing[@]} > 0)) || return 0
  local state
  state=$(mktemp -d)
  prepare_apt_state "$state" "$architecture"
  (cd "$downloads" && apt_in "$state" update -qq && apt_in "$state" download -qq "${missing[@]}")
  rm -rf "$state"
}

# A complete apt configuration in STATE that knows no installed package and one architecture.
prepare_apt_state() {
  local state=$1 architecture=$2
  mkdir -p "$state"/{lists/partial,cache/archives/partial,etc/apt.conf.d,etc/preferences.d,etc/trusted.gpg.d}
  : >"$state/status"
  debian_source_line "$kSuite" >"$state/etc/sources.list"
  # Proxies and timeouts of the system stay; what follows is ours.
  cat >"$state/apt.conf" <<END
APT::Architecture "$architecture";
#clear APT::Architectures;
APT::Architectures { "$architecture"; };
APT::Sandbox::User "root";
Dir::State "$state";
Dir::State::lists "$state/lists";
Dir::State::status "$state/status";
Dir::Cache "$state/cache";
Dir::Etc::sourcelist "$state/etc/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
#clear APT::Update::Post-Invoke-Success;
#clear APT::Update::Post-Invoke;
#clear DPkg::Post-Invoke;
Acquire::Languages "none";
END
}

apt_in() {
  local state=$1
  shift
  APT_CONFIG="$state/apt.conf" apt-get "$@"
}

unpack() {
  local architecture=$1 downloads=$2 dir=$3 package
  shift 3
  for package in "$@"; do
    dpkg -x "$(downloaded "$downloads" "$architecture" "$package")" "$dir/$architecture"
  done
}

# Hard links, so that a guest which is shown only DIR/bin can still run what is in it.
link_short_names() {
  local dir=$1 applet
  mkdir -p "$dir"/{bin,applets,native}
  ln "$dir/arm64/bin/busybox" "$dir/bin/busybox"
  ln "$dir/arm64/bin/bash-static" "$dir/bin/bash-static"
  ln "$dir/arm64/bin/zsh-static" "$dir/bin/zsh-static"
  ln "$dir/arm64/bin/sash" "$dir/bin/sash"
  ln "$dir/arm64/usr/lib/aarch64-linux-musl/bin/mksh" "$dir/bin/mksh-musl"
  ln "$dir/arm64/usr/lib/klibc/bin/mksh" "$dir/bin/mksh-klibc"
  ln "$dir/arm64/usr/lib/diet/bin/mksh" "$dir/bin/mksh-diet"
  ln "$dir/amd64/bin/busybox" "$dir/native/busybox"
  ln "$dir/amd64/bin/bash-static" "$dir/native/bash-static"
  ln "$dir/amd64/bin/zsh-static" "$dir/native/zsh-static"
  ln "$dir/amd64/usr/lib/x86_64-linux-musl/bin/mksh" "$dir/native/mksh-musl"
  for applet in $("$dir/native/busybox" --list); do
    ln "$dir/arm64/bin/busybox" "$dir/applets/$applet"
  done
}

# By what the program is called: dar, not dar_static.
link_programs() {
  local dir=$1 architecture path name
  for architecture in arm64 amd64; do
    mkdir -p "$dir/programs/$architecture"
    for path in "${kPrograms[@]#* }"; do
      name=${path##*/}
      ln "$dir/$architecture/$path" "$dir/programs/$architecture/${name%[._-]static}"
    done
  done
}

main "$@"
