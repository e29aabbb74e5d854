# Two runs have the same pids; nothing of one is left for the next.
for i in 1 2; do
  run busybox sh -c 'echo $$; (sh -c "echo \$\$"); sh -c "echo \$PPID"'
  expect_status 0
  expect_err ''
  runs[i]=$out
done
expect_same 'pids of two runs' "${runs[1]}" "${runs[2]}"
