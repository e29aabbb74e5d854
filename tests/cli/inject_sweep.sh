# --inject-sweep: what becomes of BusyBox's tools when one call of theirs fails.
printf 'b\na\n' >list
mkdir dir
echo one >dir/one
before=$(ls -lR; cat list)

mkdir "$scratch/changes"
# sweep WORD...: its findings, and nothing of the host has changed.
sweep() {
  run --inject-sweep --bind="$PWD:/w" --cwd=/w busybox "$@"
  expect_same "the host's files after $1" "$(ls -lR; cat list)" "$before"
  expect_out_line '^[0-9]+ calls, [0-9]+ of them failed in [0-9]+ runs: 0 crashes, 0 hangs, '
}
sweep cp list copy
expect_status 0
sweep tar -cf t.tar dir
expect_status 1
expect_out_line "^changed output: call [0-9]+, read\(.*passwd>.* \(INJECTED\): exited with 0, but /w/t.tar differs"
sweep gzip -k list
expect_status 1
expect_out_line "^changed output: .*read\(0</w/list>, @, 65536\) = -1 EIO .*: exited with 0, but /w/list.gz has "
sweep sort -o list list
expect_status 1
expect_out_line "^changed output: .*: exited with 0, but /w/list has 0 instead of 4 bytes: --inject 'read nth=1 error=EIO'$"

# The rule shows the finding again.
run --deterministic --overlay=/:"$scratch/changes" --inject 'read nth=1 error=EIO' busybox sort -o list list
expect_status 0
expect_same 'what is left of the file' "$(cat "$scratch/changes$PWD/list")" ''

# Every run gets the same standard input.
input=list run --inject-sweep=write busybox cat
expect_status 0
run --inject-sweep=mkdirat --bind="$PWD:/w" --cwd=/w busybox sh -c 'mkdir d || kill -SEGV $$'
expect_status 1
expect_out_line '^crash: call [0-9]+, mkdirat\(AT_FDCWD</w>, "d", 0777\) = -1 EACCES .*: pid 2 is killed by SIGSEGV \('
run --inject-sweep=mkdirat --bind="$PWD:/w" --cwd=/w busybox sh -c 'mkdir d || while :; do :; done'
expect_status 1
expect_out_line '^hang: .*: it does not end: --inject '\''mkdirat nth=1 error=EACCES'\''$'

run --inject-sweep busybox false
expect_status 125
expect_err 'kemu: nothing to sweep: without a fault the program exits with 1'
run --inject-sweep=no_such_call busybox true
expect_status 125
expect_only_err_line '^kemu: .*no_such_call'
run --inject-sweep --strace busybox true
expect_status 125
expect_only_err_line '^kemu: --inject-sweep .*no trace'
run --inject-sweep no_such_program
expect_status 125
expect_only_err_line '^kemu: .*no_such_program'
