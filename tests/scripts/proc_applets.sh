# shell: busybox sh
# oracle: stored   natively they show whatever else the host runs
# ps, top and their kin show the guests (and init, which kemu stands for), and nobody else.
sleep 111 & first=$!
sleep 112 & second=$!
until [ "$(pidof sleep | wc -w)" -eq 2 ]; do :; done
ps -o pid,args > listed
awk '/ sleep 11[12]/ { n++ } END { print n, "sleep" }' listed
awk 'NR > 1 && $1 > 200 { print "somebody else:", $0 }' listed
awk 'NR > 1 { n++ } END { print (n >= 4 && n <= 6) }' listed
top -b -n1 > listed
awk 'NR == 1 { print ($1 == "Mem:") } / sleep 11[12]/ { n++ } END { print n }' listed
awk '$1 ~ /^[0-9]+$/ { n++ } END { print (n >= 4 && n <= 6) }' listed
free | awk '/^Mem:/ { print ($2 > 0 && $3 > 0 && $3 + $4 <= $2) } /^Swap:/ { print $2 }'
uptime | grep -c 'load average: [0-9]*\.[0-9][0-9],'
nproc
mount | awk '$3 == "/proc" || $3 == "/sys" { print $1, $3, $5 }'
cat /sys/devices/system/cpu/online
ls /sys/class/net /sys/block /sys/fs/cgroup
awk '{ print NF, ($1 >= 0), ($4 ~ /^[0-9]+\/[0-9]+$/) }' /proc/loadavg
# What lsof and fuser do: whose descriptors lead where.
exec 7< /dev/null
for fd in /proc/[0-9]*/fd/7; do readlink "$fd"; done | sort | uniq -c | awk '{ print ($1 >= 1), $2 }'
ls -d /proc/[0-9]* | awk -F/ '{ print ($3 < 200) }' | sort -u
# What pstree does: the parents.
awk '$1 == "PPid:" { print $2 }' /proc/$first/status /proc/$second/status | grep -cx $$
killall sleep
wait $first 2> /dev/null; echo "first: $?"
wait $second 2> /dev/null; echo "second: $?"
pidof sleep; echo "pidof: $?"
rm listed
