# shell: busybox sh
# oracle: native
# head and tail, lines and bytes, several files, and tail -f of a growing file.
seq 20 > file
head -n 3 file
head -c 5 file
echo
head -n -17 file
tail -n 3 file
tail -n +18 file
tail -c 4 file
head -n 1 file file
seq 100000 | tail -n 2
seq 100000 | head -n 2
: > followed # so that it is there for grep
tail -n 3 -f file > followed &
pid=$!
until grep -q 20 followed; do sleep 0.02; done
echo appended >> file
until grep -q appended followed; do sleep 0.02; done
kill $pid
wait $pid 2> /dev/null
cat followed
