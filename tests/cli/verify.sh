# --verify runs a program twice and tells the first event that differs.
run --verify busybox sh -c 'head -c 8 /dev/urandom | md5sum; date; echo $$'
expect_status 0
expect_same 'lines of the first run' "$(wc -l <"$scratch/out")" 3
expect_err ''
run --verify busybox sh -c 'exit 7'
expect_status 7

# Both runs get the input, and neither finds what the other changed.
run_shell 'seq 3 | kemu --verify busybox sh -c "cat; echo x >>new; cat new"; ls'
expect_out '1
2
3
x'

# A device of the host gives other bytes each time: the read is the first event that differs.
run --verify --bind=/dev/urandom:/chance busybox sh -c 'echo begun; head -c 4 /chance | od -An -tx1; echo ended'
expect_status 121
expect_same 'what the first run printed' "$(wc -l <"$scratch/out")" 3
expect_err_line '^kemu: --verify: the runs differ from event [0-9]+ on$'
expect_err_line '^-read\([0-9]+, ".*'
expect_err_line '^\+read\([0-9]+, ".*'
expect_err_line "^kemu: warning: pid [0-9]+ \`head\` read from the device 'chance' of the host"

run --verify --max-blocks=2000000 busybox sh -c 'echo begun; while :; do :; done'
expect_status 124
expect_out begun
run --verify --strict busybox logread
expect_status 122
run --verify --strace busybox true
expect_status 125
expect_only_err_line '^kemu: --verify compares traces and shows none'
run --verify --overlay=/:"$scratch/upper" busybox true
expect_status 125

printf '  $ seq 3 | wc -l\n  3\n' >same.t
run test --shell="$bin/busybox sh" --verify same.t
expect_status 0
printf '  $ head -c 4 /chance >file\n' >other.t
run test --shell="$bin/busybox sh" --bind=/dev/urandom:/chance --verify same.t other.t
expect_status 1
expect_out_line '^run twice, the runs differ from event [0-9]+ on$'
