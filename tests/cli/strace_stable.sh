# --strace-stable: what a deterministic guest does is traced in the same words on each run.
echo content >file
traced() { run --fakeroot --strace-stable "$@"; }

traced --strace busybox md5sum file
first=$err
traced --strace busybox md5sum file
expect_same 'two traces of one program' "$err" "$first"
expect_same 'addresses in it' "$(grep -cE '0x[0-9a-f]{5}' <<<"$err")" 0
expect_err_line '^\[pid 2\] brk\(NULL\) = @$'

traced --strace='openat,read,write,exit_group' busybox md5sum file
hash=f75b8179e4bbe7e2b4a074dcef62de95
expect_same 'the trace' "$(sed -E 's/, [0-9]+\) = /, N) = /' <<<"$err")" "$(
  cat <<END
[pid 2] openat(AT_FDCWD, "file", O_RDONLY) = 3
[pid 2] read(3, "content\\n", N) = 8
[pid 2] read(3, "", N) = 0
[pid 2] write(1, "$hash"..., N) = 39
[pid 2] exit_group(0) = ?
[pid 2] +++ exited with 0 +++
END
)"

# Signals, ends and waits of several processes.
traced --strace='wait4' --strace='signal=CHLD' busybox sh -c '(kill -TERM $$); :' 2>&1
expect_status 143
expect_no_err_line 'SIGTERM \{'
expect_err_line '^\[pid 2\] \+\+\+ killed by SIGTERM \+\+\+$'
traced --strace=wait4 bash-static -c '(exit 3); exit 4'
expect_err_line '^\[pid 2\] wait4\(-1, \[\{WIFEXITED\(s\) && WEXITSTATUS\(s\) == 3\}\], .*\) = 3$'
expect_err_line 'SIGCHLD \{si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=3, si_uid=0, si_status=3, si_utime=\*, si_stime=\*\} ---$'
