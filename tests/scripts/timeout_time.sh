# shell: busybox sh
# oracle: native
# mask: /Terminated|Killed/d   each shell words its notice differently
# timeout and its signals; time writes three lines; usleep, sleep of fractions.
timeout 5 true; echo "in time: $?"
timeout 5 sh -c 'exit 9'; echo "status: $?"
timeout 0.2 sleep 50; echo "TERM: $?"
timeout -s KILL 0.2 sleep 50; echo "KILL: $?"
env time true 2>&1 | cut -c1-4
env time -p sh -c 'exit 4' 2>/dev/null; echo "time keeps: $?"
usleep 1000; echo "usleep: $?"
sleep 0; sleep 0.01; sleep 0.01s; echo "sleep: $?"
sleep nonsense 2>/dev/null; echo "bad: $?"
start=$(date +%s); sleep 1; end=$(date +%s)
[ "$((end - start))" -ge 1 ] && echo 'a second went by'
