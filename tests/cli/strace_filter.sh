# --strace=FILTER shows the named calls alone; --strace-out writes the trace to a file.
echo content >file
shown() {
  grep -vE '^\[pid +[0-9]+\] (\+\+\+|---) ' <<<"$err" | sed -nE 's/^\[pid +[0-9]+\] ([a-z0-9_]+).*/\1/p' | sort -u
}
run --strace=openat,read busybox md5sum file
expect_status 0
expect_out_line '^[0-9a-f]{32}  file$'
expect_err_line 'openat\(AT_FDCWD, "file", '
expect_err_line '^\[pid +[0-9]+\] read\(3, "content\\n", [0-9]+\) += 8$'
expect_same 'calls shown' "$(shown | paste -s -d' ')" 'openat read'

run --strace=write busybox cat file
expect_no_err_line '\] (openat|read)\('
expect_no_err_line '\] [a-z0-9_]+\(.*ENOSYS'

run --strace-out trace busybox echo hello
expect_status 0
expect_out 'hello'
expect_err ''
expect_file_line trace '^\[pid +[0-9]+\] write\(1, "hello\\n", 6\) += 6$'

run --strace=read --strace-out trace busybox md5sum file
expect_err ''
expect_file_line trace 'read\(3, "content'
expect_same 'others in the file' "$(grep -cE '\] (openat|write)\(' trace)" 0

# The trace goes where kemu's standard error goes, not where a guest's does.
run --strace=write busybox sh -c 'exec 2>/dev/null; echo hidden >&2; echo shown'
expect_out 'shown'
expect_err_line 'write\([12], "hidden\\n", 7\) += 7$'
