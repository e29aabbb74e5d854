# Standard input at its end, output that is closed, full or a pipe nobody reads.
run busybox cat
expect_status 0
expect_out ''
run_shell 'echo piped | kemu busybox tr a-z A-Z'
expect_out 'PIPED'
run_shell 'kemu busybox wc -c </dev/zero & sleep 0.1; kill $!; wait $! 2>/dev/null; echo $?'
expect_out '143'

run_shell 'set +o pipefail; kemu busybox yes | head -1'
expect_status 0
expect_out 'y'
expect_err ''
run_shell 'kemu busybox yes | head -1; echo "${PIPESTATUS[@]}"'
expect_out 'y
141 0'
run_shell 'trap "" PIPE; kemu busybox yes | head -1; echo "${PIPESTATUS[@]}"'
expect_out 'y
1 0'
expect_err_line '(Broken pipe|EPIPE)'

run_shell 'kemu busybox echo x >/dev/full'
expect_status 1
expect_err_line 'No space left on device'
run_shell 'kemu busybox echo x >&-'
expect_status 1
expect_err_line 'Bad file descriptor'
run_shell 'kemu busybox cat <&-'
expect_status 1
expect_err_line 'Bad file descriptor'
run_shell 'kemu busybox true <&- >&- 2>&-'
expect_status 0
run_shell 'kemu busybox sh -c "echo to stderr >&2" 2>&1 >/dev/null'
expect_out 'to stderr'
# A shared offset: kemu's guests and the host's programs write one file in turn.
run_shell '{ echo host; kemu busybox echo guest; echo host; } >file; cat file'
expect_out 'host
guest
host'
