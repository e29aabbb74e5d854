# shell: busybox sh
# oracle: native
# /proc tells about the process that looks, not about an emulator.
readlink /proc/self/exe | sed 's#.*/bin/#BIN/#'
sh -c 'readlink /proc/$$/exe' | sed 's#.*/bin/#BIN/#'
tr '\0' '|' < /proc/self/cmdline; echo
env -i A=1 cat /proc/self/environ | tr '\0' '\n'
[ "$(readlink /proc/self/cwd)" = "$PWD" ] && echo 'cwd agrees'
sh -c '[ "$(cut -d" " -f4 /proc/$$/stat)" = "$PPID" ] && echo "ppid agrees"'
sh -c 'exec 7< /dev/null; ls -l /proc/$$/fd/7' | sed 's/.*-> //'
sh -c 'echo "$(cut -d" " -f1 /proc/$$/stat)" = $$' | awk '{ print $1 == $3 }'
grep -c '^State:' /proc/self/status
grep '^Name:' /proc/self/status
awk '$1 == "Threads:" { print $2 }' /proc/self/status
grep -c stack /proc/self/maps
grep -c heap /proc/self/maps
cat /proc/self/comm
# The host's other processes may end while ls looks at them.
ls /proc 2> /dev/null | grep -c '^self$'
[ -n "$(cat /proc/uptime)" ] && echo uptime
awk '/MemTotal/ { print ($2 > 0) }' /proc/meminfo
ls -d /proc/$$ | sed 's/[0-9]*$/PID/'
cat /proc/999999/stat 2>&1; echo "status: $?"
sleep 100 & pid=$!
# Until the child has become sleep.
until tr '\0' ' ' < /proc/$pid/cmdline | grep -q 100; do :; done
kill $pid
wait $pid 2> /dev/null
ls -d /proc/$pid 2> /dev/null; echo "gone: $?"
