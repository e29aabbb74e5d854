# shell: bash-static
# oracle: native
# mask: /^\[1\]\+  Terminated/d   printed unless wait was there first
# Job control without a terminal: groups killed as one, setsid, jobs, disown, wait -n.
set -m
(sleep 100 & sleep 100 & wait) &
group=$!
until [ "$(ps -o pgid,args | grep -c "^ *$group .*sleep 100")" -eq 2 ]; do :; done
kill -TERM -- "-$group"
wait "$group" 2> /dev/null
echo "group: $?"
until [ "$(ps -o pgid,args | grep -c "^ *$group .*sleep 100")" -eq 0 ]; do :; done
echo 'both gone'
set +m
setsid sh -c '[ "$(cut -d" " -f6 /proc/$$/stat)" = $$ ] && echo "session leader"'
(exit 3) & (sleep 50) & last=$!
wait -n; echo "first to end: $?"
jobs -r | wc -l
kill "$last"; wait "$last" 2> /dev/null; echo "last: $?"
kill -l 9; kill -l TERM; kill -l 137
kill -TERM 999999 2> /dev/null; echo "no such process: $?"
kill -BOGUS 1 2> /dev/null; echo "bad signal: $?"
