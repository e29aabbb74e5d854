# Where the fetched guests are, and directories of them to run from. Sourced by run_script and run_cli.

readonly kGuestNames=(busybox busybox-servers bash-static zsh-static sash mksh-musl mksh-klibc mksh-diet)

# guest_directory GUESTS SIDE: the directory of that side's programs by short names. This is the only place that knows
# how the build's folder of guests is laid out.
guest_directory() {
  case "$2" in
    native) echo "$1/native" ;; # busybox, busybox-servers, bash-static, zsh-static, mksh-musl, for this machine.
    guest) echo "$1/bin" ;;     # All of kGuestNames, for AArch64.
  esac
}

# fill_bin GUESTS SIDE BIN: makes BIN hold copies of that side's programs, and a link to busybox for each of its
# applets. Copies, so that the native side and the guest side can have the very same paths, one after the other.
fill_bin() {
  local guests=$1 side=$2 bin=$3 name from
  from=$(guest_directory "$guests" "$side")
  mkdir -p "$bin"
  # Links to BIN/busybox, with the native list on both sides: the script applet_list compares the guest's own with it.
  cp -L "$(guest_directory "$guests" native)/busybox" "$bin/busybox"
  "$bin/busybox" --install -s "$bin"
  for name in "${kGuestNames[@]}"; do
    if [[ -f "$from/$name" ]]; then
      cp -L --remove-destination "$from/$name" "$bin/$name"
    elif [[ "$side" == guest || "$name" == busybox || "$name" == bash-static ]]; then
      echo "$from/$name is missing: did the build fetch its guests?" >&2
      return 1
    fi
  done
  ln -s bash-static "$bin/bash"
}
