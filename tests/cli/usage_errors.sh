# What cannot be understood is refused in one line, with a status that no guest's error has by chance.
for words in '--no-such-option busybox true' '--fork=sometimes busybox true' '--log-level=loud busybox true' \
  '--env NOVALUE busybox true' '--root' ''; do
  # shellcheck disable=SC2086
  run $words
  expect_status 125
  expect_out ''
  expect_only_err_line '^kemu: '
done
run --no-such-option busybox true
expect_err_line 'no-such-option'
run --cwd /no/such/directory busybox true
expect_status 125
expect_only_err_line '^kemu: .*/no/such/directory'
run --root /no/such/directory busybox true
expect_status 125
expect_only_err_line '^kemu: .*/no/such/directory'
run --bind /no/such/file:/x busybox true
expect_status 125
expect_only_err_line '^kemu: .*/no/such/file'
run --strace=no_such_call busybox true
expect_status 125
expect_only_err_line '^kemu: .*no_such_call'
run --strace-out /no/such/directory/trace busybox true
expect_status 125
expect_only_err_line '^kemu: .*/no/such/directory/trace'
run --log-file "$scratch/absent/log" busybox true
expect_status 125
expect_only_err_line "^kemu: .*$scratch/absent/log"
