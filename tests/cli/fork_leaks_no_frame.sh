# However many processes came and went, the frames in use at the end are the same.

# frames_after MODE FORKS: sets $frames.
frames_after() {
  run --stats --fork="$1" busybox sh -c "i=0; while [ \$i -lt $2 ]; do (:); i=\$((i + 1)); done"
  expect_status 0
  expect_err_line "(^| )$2 forks"
  frames=$(sed -n 's/.*kemu: \([0-9]*\) frames in use.*/\1/p' <<<"$err")
}
for mode in cow eager; do
  frames_after $mode 5
  few=$frames
  frames_after $mode 400
  [[ -n $few && $few == "$frames" ]] || fail "--fork=$mode: $few frames after 5 forks, $frames after 400"
done
