# shell: busybox sh, bash-static, mksh-musl
# oracle: native busybox sh
# mask: /Killed|Terminated|Alarm/d   the shells word the notice about a killed job differently, and print pids
# kill -9 of a sleeper, of a trapper, of a stopped process; signals by name and number; kill -0.
# A signal between fork and exec may be lost in a shell's own handler (mksh's TERM is), so wait for the exec.
sleeper() {
  sleep 100 &
  pid=$!
  until grep -q 100 "/proc/$pid/cmdline"; do :; done
}
sleeper
kill -0 "$pid" && echo alive
kill -9 "$pid"
wait "$pid"
echo "killed: $?"
kill -0 "$pid" 2>/dev/null || echo gone
sh -c 'trap "" TERM; mkfifo ready; (echo > ready) & read -r x < ready; kill -TERM $$; echo survived; kill -KILL $$'
echo "trapper: $?"
rm ready
sleeper
kill -STOP "$pid"
kill -KILL "$pid"
wait "$pid"
echo "stopped: $?"
sleeper
kill "$pid"
wait "$pid"
echo "TERM: $?"
sleeper
kill -s ALRM "$pid"
wait "$pid" 2>/dev/null
echo "ALRM: $?"
