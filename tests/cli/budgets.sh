# What a machine may use up: a verdict and a status of its own for each, and no output is lost.
run --max-blocks=3000000 busybox sh -c 'echo begun; while :; do :; done'
expect_status 124
expect_out begun
expect_err_line '^kemu: the guests have executed the blocks of --max-blocks$'
expect_err_line '^kemu:   pid 2 `busybox` can run$'

run --deterministic --max-time=90 busybox sh -c 'echo begun; sleep 1000; echo late'
expect_status 124
expect_out begun
expect_err_line '^kemu: the guests have run for the time of --max-time$'
run --max-time=100ms busybox sleep 1000
expect_status 124
run --deterministic --max-time=2h busybox sleep 7100
expect_status 0

# A guest without a process, a file or memory goes on with an error: the status is its own, and the end says who it was.
run --deterministic --max-processes=5 busybox sh -c 'for i in 1 2 3 4 5 6; do sleep 9 & done; echo late'
expect_status 2
expect_err_line "can't fork: Resource temporarily unavailable"
expect_err_line '^kemu: processes ran out at 5 \(--max-processes\): refused once, first to pid 2 `busybox`$'
# A fork bomb does no more harm than its budgets allow.
run --deterministic --max-processes=40 --max-time=10 busybox sh -c 'bomb() { bomb | bomb; }; bomb'
(($status == 2 || $status == 124)) || fail 'a fork bomb ends otherwise'
expect_err_line '^kemu: processes ran out at 40 \(--max-processes\): refused [0-9]+ times, first to pid [0-9]+ `busybox`$'

files='exec 4</dev/null 5</dev/null 6</dev/null; busybox cat /proc/sys/fs/file-max; echo opened'
run --deterministic --max-files=7 bash-static -c "$files"
expect_out '7
opened'
expect_err ''
run --deterministic --max-files=6 bash-static -c "$files"
expect_status 0
expect_err_line 'Too many open files in system$'
expect_err_line '^kemu: open files ran out at 6 \(--max-files\): refused once, first to pid 3 `busybox`$'

# More than there is is refused; what was promised and is not there kills, as on Linux.
run --deterministic --max-memory=24 busybox sh -c 'busybox dd if=/dev/zero of=/dev/null bs=64M count=1; echo $?'
expect_out 1
expect_err_line 'out of memory'
expect_err_line '^kemu: memory ran out at 24 MiB \(--max-memory\): refused (once|[0-9]+ times), first to pid 3 `'
run --deterministic --max-memory=24 busybox sh -c 'busybox dd if=/dev/zero of=/dev/null bs=24575k count=1; echo $?'
expect_out 137
expect_err_line '^kemu: memory ran out at 24 MiB \(--max-memory\): refused (once|[0-9]+ times), first to pid 3 `'
run --max-memory=16384k busybox echo enough
expect_status 0
expect_err ''

# The last byte that there is room for is printed, and none after it, whatever is behind the stream.
run --max-output=1000 busybox yes
expect_status 124
expect_same 'bytes printed' "$(wc -c <"$scratch/out")" 1000
expect_err_line '^kemu: the guests have printed the bytes of --max-output$'
run_shell 'kemu --deterministic --max-output=1k busybox yes | wc -c'
expect_out_line '^ *1024$'
run --max-output=6 busybox sh -c 'echo hello; cat /proc/self/stat >/dev/null'
expect_status 0
expect_out hello
run --max-output=9 busybox sh -c 'echo hello; echo there >&2; while :; do :; done'
expect_status 124
expect_out hello
expect_err_line '^thekemu: the guests have printed'

for option in --max-output=x --max-output= --max-memory=0 --max-memory=12Q --max-files=-1; do
  run $option busybox true
  expect_status 125
done
run --max-memory=0 busybox true
expect_err "kemu: --max-memory wants a number of MiB, or of k, M or G, up to 1024G, not '0'"
run --max-time=1y busybox true
expect_status 125
expect_err "kemu: --max-time wants a number of s, ms, m or h, not '1y'"
