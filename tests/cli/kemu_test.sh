# `kemu test`: verdicts, what it prints and writes, and what it says of bad input.
shell=--shell="$bin/busybox sh"
mkdir t
printf '  $ echo hello | grep e\n  hello\n' >t/good.t
printf '  $ echo hello | grep e\n  goodbye\n  $ false\n' >t/bad.t
printf '  $ exit 80\n' >t/skip.t

run test "$shell" t/good.t
expect_status 0
expect_out '.
# Ran 1 tests, 0 skipped, 0 failed.'
run test "$shell" -j2 t
expect_status 1
expect_out_line '^# Ran 3 tests, 1 skipped, 1 failed\.$'
expect_out_line '^\+  hello$'
expect_out_line '^-  goodbye$'
# The end of the failing command's trace: it is the first that failed, and nothing after it is shown.
expect_out_line '^\[pid [0-9]+\] write\(1, "hello\\n", 6\) += 6$'
[[ "$out" != *'"false"'* ]] || fail 'the trace goes on behind the command that failed'

run test "$shell" --tap t
expect_out_line '^1\.\.3$'
expect_out_line '^not ok 1 '
run test "$shell" -q --junit results.xml t
expect_same 'failures in the XML' "$(grep -c '<failure' results.xml)" 1

# An option's word is one word, whatever follows it.
run test "$shell" --env A=1 --bind "$PWD/t:/t" t/good.t
expect_status 0

# --update writes what was printed, and keeps the file's mode; then it passes.
chmod 640 t/bad.t
run test "$shell" --update t
expect_status 1
expect_same 'the updated file' "$(<t/bad.t)" '  $ echo hello | grep e
  hello
  $ false
  [1]'
expect_same 'its mode' "$(stat -c %a t/bad.t)" 640
run test "$shell" t
expect_status 0

# One seed, one run; a race shows up under chance, and the same way each time.
printf '  $ head -c 4 /dev/urandom | od -An -tx1\n' >seed.t
run test "$shell" seed.t
first=$out
run test "$shell" --seed=1 seed.t
[[ "$out" != "$first" ]] || fail 'another seed, the same randomness'
run test "$shell" --chaos=7 t
expect_status 0

# Machines keep what tests do to themselves: the host's folder is read-only, a deadlock is told of by name.
cat >away.t <<'END'
  $ (cd "$TESTDIR"; echo x >left_behind)
  sh: can't create left_behind: Read-only file system
  [1]
  $ mkfifo p; exec 5<>p; cat <&5
END
run test "$shell" away.t
expect_status 1
expect_out_line '^deadlock: every guest waits for another one$'
expect_out_line '`cat` reads /tmp/kemu-test/away\.t/p \(fd 0\)'
[[ ! -e left_behind ]] || fail 'a test wrote to the host'
printf '  $ while :; do :; done\n' >loop.t
run test "$shell" --max-blocks=2000000 loop.t
expect_status 1
expect_out_line '^stopped: the blocks of --max-blocks are executed$'

printf '  > no command\n' >broken.t
run test "$shell" broken.t
expect_status 1
expect_out_line '^broken\.t:1: '
run test "$shell" nothing.t
expect_status 125
expect_err 'kemu: nothing.t: no such file'
run test --shell=/bin/no-such-shell t
expect_status 125
expect_err_line "^kemu: "
run test "$shell" --seed=x t
expect_status 125
expect_err "kemu: --seed wants a number, not 'x'"
mkdir empty
run test "$shell" empty
expect_status 125
expect_err 'kemu: no tests found'
