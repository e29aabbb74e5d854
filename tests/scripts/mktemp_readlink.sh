# shell: busybox sh
# oracle: native
# tree: ignore   mktemp's names are random
# mktemp, readlink, realpath, basename, dirname, which.
file=$(mktemp) && [ -f "$file" ] && stat -c '%a %s' "$file"
dir=$(mktemp -d "$TMPDIR/name.XXXXXX") && [ -d "$dir" ] && stat -c %a "$dir"
basename "$dir" | sed 's/\..*/.suffix/'
mktemp "$TMPDIR/nox" 2>&1 | sed "s#$TMPDIR#TMP#"
mkdir -p a/b
ln -s a/b link
ln -s ../../a a/b/up
readlink link
(cd link && pwd -P) | sed 's/.*a/a/'
realpath link | sed "s#$HOME#HOME#"
readlink -f link/up/b | sed "s#$HOME#HOME#"
readlink -f a/./b/../b/absent | sed "s#$HOME#HOME#"
readlink a; echo "not a link: $?"
realpath no/such/thing 2>&1; echo "status: $?"
basename /usr/lib/libx.so .so
dirname /usr/lib/libx.so
dirname plain
which grep | sed 's#.*/bin/#BIN/#'
which absent; echo "status: $?"
