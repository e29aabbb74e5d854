# What kemu does not implement is told of once, when the run ends, by name; --strict makes it a failure.
run busybox logread
expect_err_line '^kemu: guests missed what kemu does not implement$'
expect_err_line '^kemu:   shmget: ENOSYS once, first to pid 2 `(busybox|logread)`$'
status_without=$status
run --strict busybox logread
expect_status 122
[[ $status_without != 122 ]] || fail 'the status without --strict is that of --strict'

# Flags and options count by name, and each time they are wanted.
run --fakeroot busybox sh -c 'unshare -m true; unshare -u true; fsfreeze --freeze .'
expect_err_line '^kemu:   unshare of namespaces: EPERM 2 times, first to pid [34] `(unshare|busybox)`$'
expect_err_line '^kemu:   ioctl FIFREEZE: ENOTTY once,'

# What Linux would refuse as well is not missing, nor is what programs merely try.
run --strict busybox sh -c 'echo fine; reboot -f 2>/dev/null; true'
(($(id -u) == 0)) || expect_status 0
run --strict bash-static -c 'echo fine'
expect_status 0
expect_err ''

# It is a warning, and goes where the log goes.
run --log-level=error busybox logread
expect_no_err_line missed
run --strict --log-level=off busybox logread
expect_status 122
expect_err_line '^kemu:   shmget: ENOSYS'
run --log-file=log --strict busybox logread
expect_status 122
expect_err_line '^kemu: --strict: guests missed something; see log$'
expect_file_line log '^kemu:   shmget: ENOSYS'
# Who asked first is told at once to those who follow the log.
run --log-level=info busybox logread
expect_err_line '^kemu: info: shmget is not implemented: pid 2 `(busybox|logread)` gets ENOSYS$'

printf '  $ unshare -m true\n  unshare: unshare(0x20000): Operation not permitted\n  [1]\n' >unshare.t
run test --shell="$bin/busybox sh" unshare.t
expect_status 0
run test --shell="$bin/busybox sh" --strict unshare.t
expect_status 1
expect_out_line '^not implemented: unshare of namespaces: EPERM once, first to pid [0-9]+ `unshare`$'
