# Shell functions about Debian's package archive, sourced by ./dev and by fetch_guests.sh.

# The archive keyring; debian-archive-keyring 2023.3+deb12u2 (Debian 12.11) and later also hold Debian 13's keys.
readonly kDebianKeyring=/usr/share/keyrings/debian-archive-keyring.gpg

# Prints the address of the Debian archive this system installs from. apt itself parses its sources, one-line and
# deb822 alike, so that a mirror named in either is used. KEMU_DEBIAN_MIRROR overrides it.
debian_archive_uri() {
  if [[ -n "${KEMU_DEBIAN_MIRROR:-}" ]]; then
    echo "$KEMU_DEBIAN_MIRROR"
    return
  fi
  local uri
  uri=$(apt-get indextargets --format '$(REPO_URI) $(LABEL)' 'Created-By: Packages' 2>/dev/null |
    awk '$2 == "Debian" && NF == 2 { print $1; exit }')
  echo "${uri:-http://deb.debian.org/debian}"
}

# Prints one field of os-release(5).
os_release() {
  (. /etc/os-release 2>/dev/null && echo "${!1:-}")
}

# debian_source_line SUITE: a one-line apt source for that suite of the system's own archive.
debian_source_line() {
  local suite=$1
  echo "deb [signed-by=$kDebianKeyring] $(debian_archive_uri) $suite main"
}
