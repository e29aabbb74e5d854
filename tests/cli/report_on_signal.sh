# SIGUSR1 asks kemu what its guests do, and changes nothing for them.
cat >script <<'END'
trap 'echo caught' USR1
kill -USR1 $$
echo ready >ready
until [ -e go ]; do sleep 0.01; done
END
# The guest's own SIGUSR1 is a guest's business, and a report ends nothing.
run_shell 'kemu busybox sh script 2>report & pid=$!
  until [ -s ready ]; do sleep 0.01; done
  kill -USR1 $pid
  until grep -q "pid 2" report; do sleep 0.01; done
  touch go; wait $pid; echo $?; cat report'
expect_out_line '^caught$'
expect_out_line '^0$'
expect_out_line '^kemu: what the guests do:$'
expect_out_line '^kemu:   pid 2 `busybox` '
# Nor does who is busy keep it waiting.
run_shell 'kemu bash-static -c "echo >busy; while :; do :; done" 2>report & pid=$!
  until [ -e busy ]; do sleep 0.01; done
  kill -USR1 $pid
  until grep -q "can run" report; do sleep 0.01; done
  kill -TERM $pid; wait $pid; echo $?; cat report'
expect_out_line '^143$'
expect_out_line '^kemu:   pid 2 `bash-static` can run$'
run_shell 'trap "" USR1; kemu busybox sh -c "echo fine" & kill -USR1 $!; wait $!; echo $?'
expect_out 'fine
0'

# `kemu test` is asked the same way, and tells it of each test that runs.
cat >slow.t <<'END'
  $ i=0; while [ $i -lt 100000000 ]; do i=$((i + 1)); done
END
printf '  $ true\n' >first.t
run_shell 'kemu test -j1 --shell="'"$bin"'/busybox sh" first.t slow.t >progress 2>report & pid=$!
  until [ -s progress ]; do sleep 0.01; done
  until kill -USR1 $pid && grep -q "can run" report; do sleep 0.1; done
  kill $pid; cat report'
expect_out_line '^kemu: what the guests of slow\.t do:$'
expect_out_line '^kemu:   pid 2 `busybox` can run$'
