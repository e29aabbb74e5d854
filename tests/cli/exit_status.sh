# The guest's exit status is kemu's; 128 + n when signal n killed it.
for code in 0 1 2 7 42 125 126 127 128 245 255; do
  run busybox sh -c "exit $code"
  expect_status "$code"
  expect_err ''
done
run busybox sh -c 'exit 256'
expect_status 0
for signal in 1 2 4 5 6 7 8 9 10 11 12 13 14 15 31; do
  run busybox sh -c "kill -$signal \$\$"
  expect_status $((128 + signal))
done
run busybox sh -c 'sh -c "kill -SEGV \$\$"'
expect_status 139
run busybox sh -c 'sh -c "kill -SEGV \$\$"; echo "child: $?"'
expect_out 'child: 139'
expect_err 'Segmentation fault'
# The shells ignore SIGQUIT, so a program of their own has to die of it.
run mksh-musl -c 'kill -QUIT $$'
expect_status 131
run busybox false
expect_status 1
