# A failure under --chaos says how it comes about again; a success, or a failure without chance, says nothing.
run --chaos=5 --env=WHAT="it's" busybox sh -c 'exit 3'
expect_status 3
expect_only_err_line "^kemu: reproduce it by: .*/kemu .*--chaos=5 '?--env=WHAT=it'\\\\''s'? busybox sh -c 'exit 3'$"
run_shell "export PATH='$bin'; $(sed -n 's/^kemu: reproduce it by: //p' <<<"$err")"
expect_status 3
run --chaos=5 busybox true
expect_err ''
run --deterministic busybox false
expect_err ''
run --chaos=5 --max-time=10 busybox sleep 20
expect_status 124
expect_err_line '^kemu: reproduce it by: '

printf '  $ echo other\n' >fails.t
run test --shell="$bin/busybox sh" --chaos=5 fails.t
expect_status 1
expect_out_line '^reproduce it by: kemu test .*--chaos=5 fails\.t$'
