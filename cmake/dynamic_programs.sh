# Dynamically linked programs with all they need, sourced by fetch_guests.sh: the same Debian packages for both
# architectures, each unpacked into a tree of its own, the way `kemu --root` and `kemu --sysroot` use them.

readonly kDynamicPackages=(
  libc6 libgcc-s1 libcrypt1 zlib1g
  coreutils libacl1 libattr1 libgmp10 libselinux1 libpcre2-8-0
  sqlite3 libsqlite3-0 libreadline8 libtinfo6
  python3.11-minimal libpython3.11-minimal libpython3.11-stdlib libexpat1 libffi8 libbz2-1.0 liblzma5 libuuid1
  perl-base
  musl)

# unpack_dynamic_programs DOWNLOADS DIR: fills DIR/sysroot/{arm64,amd64} with what has been downloaded.
unpack_dynamic_programs() {
  local downloads=$1 dir=$2 architecture package
  for architecture in arm64 amd64; do
    mkdir -p "$dir/sysroot/$architecture"
    for package in "${kDynamicPackages[@]}"; do
      dpkg -x "$(downloaded "$downloads" "$architecture" "$package")" "$dir/sysroot/$architecture"
    done
    rm -rf "$dir/sysroot/$architecture/usr/share/"{doc,man,locale,lintian}
  done
}
