# What exists and cannot be run: 126 and one line that says why.
refused() {
  run "$1"
  expect_status 126
  expect_out ''
  expect_only_err_line "^kemu: cannot run '$1': .*$2"
}
mkdir directory
refused ./directory '[Dd]irectory'
cp "$bin/busybox" forbidden
chmod 644 forbidden
refused ./forbidden '[Pp]ermission denied|not executable'
: >empty
chmod +x empty
refused ./empty 'empty|ELF'
echo 'just text' >text
chmod +x text
refused ./text 'ELF'
cp "$native/busybox" foreign
refused ./foreign 'not an AArch64 ELF file.*x86-64'
head -c 40 "$bin/busybox" >cut-header
chmod +x cut-header
refused ./cut-header '[Tt]runcated|ELF'
head -c 100 "$bin/busybox" >cut-headers
chmod +x cut-headers
refused ./cut-headers '[Tt]runcated'
head -c 100000 "$bin/busybox" >cut-segments
chmod +x cut-segments
refused ./cut-segments '[Tt]runcated'
mkfifo fifo
chmod +x fifo
refused ./fifo 'regular file|[Pp]ermission denied'
refused /dev/null 'regular file|[Pp]ermission denied'
mkdir -p loop
ln -s itself loop/itself
refused loop/itself '[Ss]ymbolic link'
# Linux says ENOENT where the interpreter of a dynamic program is missing; kemu names it.
if [[ -f "$guests/arm64/bin/mksh" ]]; then
  run "$guests/arm64/bin/mksh" -c true
  expect_status 126
  expect_only_err_line "^kemu: cannot run '.*/mksh': .*ld-linux-aarch64"
fi
# Flipped bits in the headers are refused or run, and never end kemu itself.
for at in 4 5 6 16 18 24 32 52 54 56 64 68 72 80 88 96 104 112; do
  cp "$bin/busybox" hostile
  printf '\377\377\377\377' | dd of=hostile bs=1 seek=$at conv=notrunc 2>/dev/null
  run --argv0 true ./hostile
  ((status == 126 || status == 0 || (status > 128 && status < 160))) ||
    fail "header byte $at: status $status"
done
