# --stats counts what happened, on standard error, after the guest's own output.
run --stats bash-static -c '(exit 0); (exit 0); (exit 0); exit 5'
expect_status 5
expect_out ''
expect_err_line '(^| )[1-9][0-9]* system calls'
expect_err_line '(^| )3 forks'
run busybox true
expect_err ''
