# A deterministic run is the same each time: its clock starts where it is told, sleeping takes nobody's time.
run --deterministic busybox sh -c 'date -u +%F\ %T; sleep 3600; date -u +%F\ %T'
expect_out '2020-01-01 00:00:00
2020-01-01 01:00:00'
run --deterministic bash-static -c 'sleep 86400 & sleep 10; echo $SECONDS; kill $!; wait; echo $SECONDS'
expect_out '10
10'

random() { run "$@" busybox sh -c 'head -c 64 /dev/urandom | md5sum; echo $$'; }
random --deterministic
expect_status 0
first=$out
random --deterministic
expect_same 'two runs of one seed' "$out" "$first"
random --deterministic=1
[[ "$out" != "$first" ]] || fail 'another seed, the same randomness'

# The whole trace, times included, of a pipeline of six.
pipeline='busybox seq 2000 | busybox sort -r | busybox tr 0-4 5-9 | busybox grep 7 | busybox uniq -c | busybox wc'
traced() { run "$@" --strace --strace-times=epoch --strace-durations bash-static -c "$pipeline"; }
traced --deterministic
expect_status 0
trace=$err
result=$out
traced --deterministic
expect_same 'two traces of one run' "$err" "$trace"

# Chance in the schedule: other interleavings, the same result, each the same again.
traced --chaos=1
chaos=$err
expect_same 'the result under another schedule' "$out" "$result"
[[ "$chaos" != "$trace" ]] || fail 'the schedule of --chaos=1 is the plain one'
traced --chaos=1
expect_same 'two runs of one schedule' "$err" "$chaos"

run --chaos=x busybox true
expect_status 125
expect_err "kemu: --chaos wants a number, not 'x'"

# A reader outside that is slow does not change who runs when.
run_shell 'kemu --deterministic --strace --strace-times=epoch --strace-out=trace.1 bash-static -c \
  "busybox seq 50000 & busybox seq 50000 & wait" | md5sum
  kemu --deterministic --strace --strace-times=epoch --strace-out=trace.2 bash-static -c \
  "busybox seq 50000 & busybox seq 50000 & wait" | (sleep 0.3; md5sum)
  cmp trace.1 trace.2 && echo same'
expect_out_line '^same$'
