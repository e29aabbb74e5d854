# What kemu says about itself: on standard output, status 0.
run --help
expect_status 0
expect_err ''
expect_out_line 'PROGRAM'
for option in --root --bind --cwd --env --unset-env --argv0 --strace --strace-out --fork --net --log-level --log-file \
  --stats --list-syscalls --version --help; do
  expect_out_line "^ *(-., *)?.*$option"
done

run --version
expect_status 0
expect_err ''
expect_out_line '^kemu [0-9]+\.[0-9]+'
expect_out_line 'Unicorn [2-9]\.[0-9]'

run --list-syscalls
expect_status 0
expect_err ''
expect_out_line '(^| )write( |$)'
expect_out_line '(^| )clone( |$)'
expect_out_line '(^| )rt_sigreturn( |$)'
lines=$(wc -l <<<"$out")
((lines >= 150)) || fail "only $lines system calls"
expect_same 'numbers are unique' "$(awk '{ print $1 }' <<<"$out" | sort | uniq -d)" ''

run_shell 'kemu --help >/dev/full'
((status != 0)) || fail 'a help text that nobody could read is no success'
