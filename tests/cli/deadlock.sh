# Guests that wait for each other are told of one by one, and the run ends with a status of its own.
run busybox sh -c 'echo before; mkfifo fifo; exec 3<>fifo; cat <&3; echo after'
expect_status 123
expect_out before
expect_err_line '^kemu: deadlock: every guest waits for another one$'
expect_err_line '^kemu:   pid 2 `busybox` waits for pid 4 `cat`$'
expect_err_line \
  '^kemu:   pid 4 `cat` reads .*/fifo \(fd 0\); its writers are pid 2 `busybox` \(fds 0 and 3\) and pid 4 `cat` itself \(fds 0 and 3\)$'

run busybox sh -c 'cat <fifo'
expect_status 123
expect_err_line '^kemu:   pid [23] `(busybox|cat)` opens .*/fifo, which nobody has open for writing$'

# A pipe whose reader waits for its writer to end while the writer waits for room.
run bash-static -c 'exec 4<>fifo; busybox yes >&4'
expect_status 123
expect_err_line '`(yes|busybox)` writes to .*/fifo \(fd 1\); its readers are '

# In virtual time nobody outside is waited for, with a signal or otherwise.
run --deterministic bash-static -c '(kill -STOP $BASHPID); echo late'
expect_status 123
expect_err_line '^kemu:   pid 3 `bash-static` is stopped$'
