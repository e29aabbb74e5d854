# --strace: one line a call on standard error, in strace's layout, with the pid before it.
run --strace busybox echo hello
expect_status 0
expect_out 'hello'
expect_err_line '^\[pid +[0-9]+\] write\(1, "hello\\n", 6\) += 6$'
expect_err_line '^\[pid +[0-9]+\] exit_group\(0\) += \?$'
expect_err_line '^\[pid +[0-9]+\] (brk\(NULL\)|brk\(0\)) += 0x[0-9a-f]+$'
expect_same 'lines that are no trace' "$(grep -vcE '^\[pid +[0-9]+\] ' <<<"$err")" 0

run --strace busybox cat /no/such/file
expect_status 1
call='openat\(AT_FDCWD, "/no/such/file", O_RDONLY(\|O_LARGEFILE)?\)'
expect_err_line "$call += -1 ENOENT \\(No such file or directory\\)\$"

# Every process of the tree is in it, each under its own pid.
run --strace bash-static -c '(exit 3); exec busybox true'
expect_status 0
pids=$(grep -oE '^\[pid +[0-9]+\]' <<<"$err" | sort -u | wc -l)
((pids >= 2)) || fail "$pids pids in the trace of two processes"
expect_err_line 'clone\(.*SIGCHLD.*\) += [0-9]+$'
expect_err_line 'exit_group\(3\) += \?$'
expect_err_line 'execve\("[^"]*/busybox", \["busybox", "true"\]'
expect_err_line 'wait4\(.*WIFEXITED\(s\) && WEXITSTATUS\(s\) == 3.*\) += [0-9]+$'
expect_err_line '^\[pid +[0-9]+\] --- SIGCHLD '

run --strace busybox sh -c 'kill -SEGV $$'
expect_status 139
expect_err_line '^\[pid +[0-9]+\] --- SIGSEGV \{.*\} ---$'
expect_err_line '^\[pid +[0-9]+\] \+\+\+ killed by SIGSEGV'
run --strace busybox true
expect_err_line '^\[pid +[0-9]+\] \+\+\+ exited with 0 \+\+\+$'
