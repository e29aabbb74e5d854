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

run --deterministic --max-processes=5 busybox sh -c 'for i in 1 2 3 4 5 6; do sleep 9 & done; echo late'
expect_status 2
expect_err_line "can't fork: Resource temporarily unavailable"
run --max-time=1y busybox true
expect_status 125
expect_err "kemu: --max-time wants a number of s, ms, m or h, not '1y'"
