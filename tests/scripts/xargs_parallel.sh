# shell: busybox sh, bash-static
# oracle: native busybox sh
# xargs: batches, -P, -I, -0, long lines, and the status it makes of its commands'.
seq 10 | xargs
seq 10 | xargs -n 3
seq 4 | xargs -I@ echo '<@>'
printf 'a b\0c d\0' | xargs -0 -n 1 echo
seq 20 | xargs -P 4 -n 1 sh -c 'echo "$(($1 * $1))"' x | sort -n | paste -s -d' ' -
seq 8 | xargs -P 8 -n 2 sh -c 'sleep 0.02; echo "$@"' x | sort -n
seq 30000 | xargs echo | wc -w
seq 30000 | xargs -s 4000 echo | awk '{ n += NF } END { print n, NR > 10 }'
echo "'quoted arg' \"another one\" plain" | xargs -n 1 echo
seq 3 | xargs false; echo "false: $?"
seq 3 | xargs -n 1 sh -c 'exit 255'; echo "255: $?"
seq 3 | xargs absent 2>/dev/null; echo "absent: $?"
: | xargs echo empty
: | xargs -r echo empty
echo stop | xargs -t echo 2>&1
