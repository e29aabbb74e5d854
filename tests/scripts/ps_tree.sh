# shell: busybox sh
# oracle: native
# ps, pidof-like searches and kill by job: the guests see one another.
sleep 111 & first=$!
sleep 112 & second=$!
until [ "$(ps -o pid,args | grep -c 'sleep 11[12]')" -ge 2 ]; do :; done
ps -o pid,args | awk -v p=$first '$1 == p { print $2, $3 }'
ps -o pid,ppid | awk -v p=$second -v me=$$ '$1 == p { print ($2 == me) }'
ps -o pid,stat | awk -v p=$first '$1 == p { print substr($2, 1, 1) }'
pidof sleep | tr ' ' '\n' | grep -c "^$first\$"
kill %1
wait $first 2> /dev/null; echo "first: $?"
kill %2
wait $second 2> /dev/null; echo "second: $?"
ps -o pid | grep -c "^ *$first\$"
jobs
