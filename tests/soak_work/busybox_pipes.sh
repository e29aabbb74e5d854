# Pipes, substitutions and files of BusyBox's shell and applets.
seq 3000 | sort -r | tr 0-4 5-9 | grep 7 | uniq -c | awk '{ n += $1 } END { print NR, n }'
for i in 1 2 3 4 5 6 7 8 9 10; do echo "hello $i" | grep -c e; done
tar -cf - -C "$SCRATCH" tree | gzip | gunzip | tar -tf - | wc -l
find "$SCRATCH/tree" -type f | xargs -n 50 cat | md5sum
mkfifo queue
seq 500 >queue & awk '{ s += $1 } END { print s }' <queue
wait
sh -c 'kill -SEGV $$'
echo "$?"
timeout 1 sleep 0.01
dd if=/dev/zero of=/dev/shm/soak.$$ bs=64k count=40 2>/dev/null
wc -c </dev/shm/soak.$$
rm /dev/shm/soak.$$
