# --strace-paths, -strings, -times, -durations, -summary: each asks for a trace and shapes it.
echo content >file
run --strace-paths --strace='openat,read' busybox md5sum file
expect_status 0
here=$(pwd -P)
expect_err_line "openat\\(AT_FDCWD<$here>, \"file\", O_RDONLY\\) += 3<$here/file>\$"
expect_err_line "read\\(3<$here/file>, \"content"

run --strace-strings=4 --strace=read busybox md5sum file
expect_err_line 'read\(3, "cont"\.\.\., [0-9]+\) += 8$'

run --strace-durations --strace=read busybox md5sum file
expect_err_line 'read\(3, "", [0-9]+\) += 0 <[0-9]+\.[0-9]{6}>$'

run --strace-times=seconds --strace=read busybox md5sum file
expect_err_line '^\[pid 2\] [0-9]{2}:[0-9]{2}:[0-9]{2} read\('
run --strace-times=microseconds --strace=read busybox md5sum file
expect_err_line '^\[pid 2\] [0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6} read\('
run --strace-times=epoch --strace=read busybox md5sum file
expect_err_line '^\[pid 2\] [0-9]{10}\.[0-9]{6} read\('
run --strace-times=relative --strace=read busybox md5sum file
expect_err_line '^\[pid 2\] +[0-9]+\.[0-9]{6} read\('
run --strace-times=never busybox true
expect_status 125

run --strace-summary busybox md5sum file
expect_no_err_line '^\[pid'
expect_err_line '^% time +seconds +usecs/call +calls +errors syscall$'
expect_err_line '^ +[0-9.]+ +[0-9.]+ +[0-9]+ +[0-9]+ +read$'
expect_err_line '^100\.00 .* total$'
run --strace-summary --strace-stable --strace=openat,close busybox cat no_such_file
expect_err_line '^ +1 +1 openat$'
run --strace-summary=too --strace=read busybox md5sum file
expect_err_line '^\[pid 2\] read\('
expect_err_line ' total$'

run --strace=status=failed busybox cat no_such_file
expect_err_line 'openat\(AT_FDCWD, "no_such_file", .* ENOENT'
expect_no_err_line ' = 0$'
run --strace=signal=nothing busybox true
expect_status 125
