# shell: busybox sh, bash-static, mksh-musl
# oracle: native busybox sh
# kill -STOP holds a process where it is, kill -CONT lets it go on; /proc tells its state.
state() { cut -d' ' -f3 "/proc/$1/stat"; }
await() { until [ "$(state "$1")" = "$2" ]; do sleep 0.01; done; echo "state $2"; }
mkfifo gate
sh -c 'read -r line < gate; echo "child got $line"; exit 12' &
pid=$!
await "$pid" S
kill -STOP "$pid"
await "$pid" T
(echo news > gate) &
sleep 0.05
state "$pid"
kill -CONT "$pid"
wait "$pid"
echo "child: $?"
wait
sleep 100 & pid=$!
until grep -q 100 "/proc/$pid/cmdline"; do :; done   # Before its exec a shell may swallow TERM.
kill -STOP "$pid"
await "$pid" T
kill -TERM "$pid"
state "$pid"
kill -CONT "$pid"
wait "$pid" 2>/dev/null
echo "pending TERM: $?"
rm gate
