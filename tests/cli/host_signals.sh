# Signals sent to kemu reach the guest: it may catch them, and dies of them otherwise.
run_shell 'kemu busybox sleep 100 & pid=$!; sleep 0.3; kill -TERM $pid; wait $pid; echo $?'
expect_out '143'
cat >script <<'END'
trap 'echo caught; exit 3' TERM
echo ready >ready
while :; do sleep 0.01; done
END
run_shell 'kemu busybox sh script & pid=$!
  until [ -s ready ]; do sleep 0.01; done
  kill -TERM $pid; wait $pid; echo $?'
expect_out 'caught
3'
run_shell 'trap "" INT; kemu busybox sh -c "kill -INT \$\$; echo ignored as inherited"'
expect_out 'ignored as inherited'
