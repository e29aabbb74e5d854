# Shell functions that build busybox-servers: the servers that Debian's busybox-static leaves out (telnetd, ftpd,
# tcpsvd, inetd, syslogd, crond…) with their clients, from the source of Debian's own package. Sourced by
# fetch_guests.sh, whose prepare_apt_state and apt_in they use.

readonly kServersConfig=$kHere/busybox_servers.config
readonly kServersJobs=${KEMU_JOBS:-$(nproc 2>/dev/null || echo 2)}

# Prints the downloaded archive of the sources, or nothing.
servers_source() {
  find "$1" -maxdepth 1 -name 'busybox_*.orig.tar.bz2' | sort -V | tail -n 1
}

# download_servers DOWNLOADS: the sources, if they are not there yet. apt checks them by the archive's signature.
download_servers() {
  local downloads=$1 state
  [[ -z "$(servers_source "$downloads")" ]] || return 0
  state=$(mktemp -d)
  prepare_apt_state "$state" amd64
  sed -i 's/^deb /deb-src /' "$state/etc/sources.list"
  (cd "$downloads" && apt_in "$state" update -qq && apt_in "$state" source -qq --download-only busybox)
  rm -rf "$state"
}

# build_servers DOWNLOADS DIR: leaves DIR/bin/busybox-servers for AArch64 and DIR/native/busybox-servers for this
# machine.
build_servers() {
  local downloads=$1 dir=$2 scratch
  scratch=$(mktemp -d)
  mkdir "$scratch/source"
  tar -xjf "$(servers_source "$downloads")" -C "$scratch/source" --strip-components 1
  # A failure leaves the log of it, and the folder.
  compile_servers "$scratch" native "" || { tail -n 20 "$scratch/native.log" && return 1; }
  compile_servers "$scratch" bin aarch64-linux-gnu- || { tail -n 20 "$scratch/bin.log" && return 1; }
  cp "$scratch/native/busybox" "$dir/native/busybox-servers"
  cp "$scratch/bin/busybox" "$dir/bin/busybox-servers"
  rm -rf "$scratch"
}

# compile_servers SCRATCH SIDE PREFIX: in SCRATCH/SIDE, by the compiler of that prefix.
compile_servers() {
  local scratch=$1 side=$2 prefix=$3 line name
  mkdir "$scratch/$side"
  {
    make -C "$scratch/source" O="$scratch/$side" allnoconfig || return
    while IFS= read -r line; do
      name=${line%%=*}
      sed -i -E "/^(# )?$name[= ]/d" "$scratch/$side/.config"
      echo "$line" >>"$scratch/$side/.config"
    done <"$kServersConfig"
    # The defaults of what those options bring along.
    make -C "$scratch/$side" oldconfig < <(yes '') || return
    make -C "$scratch/$side" -j"$kServersJobs" CROSS_COMPILE="$prefix" busybox || return
  } >"$scratch/$side.log" 2>&1
}
