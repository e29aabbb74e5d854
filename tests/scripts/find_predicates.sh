# shell: busybox sh
# oracle: native
# find: names, types, sizes, times, modes, -exec, -delete, -prune.
mkdir -p t/a/b t/c
echo 1 > t/one.txt
seq 1000 > t/a/two.txt
seq 100000 > t/a/b/three.log
ln -s ../one.txt t/c/link
mkfifo t/c/pipe
touch -d '2000-01-01 00:00' t/one.txt
chmod 700 t/c
sorted() { sort; }
find t | sorted
find t -type f -name '*.txt' | sorted
find t -type l
find t -type p
find t -maxdepth 1 | sorted
find t -mindepth 2 -type d
find t -size +10k
find t -mtime +100
find t -newer t/one.txt -type f | sorted
find t -perm 700
find t -path '*a/b*' | sorted
find t -name b -prune -o -type f -print | sorted
find t \( -name '*.log' -o -type l \) | sorted
find t -type f -exec wc -c {} \; | sorted
find t -type f -exec echo many {} + | wc -w
find t -type f -print0 | tr '\0' '\n' | sorted
find t -iname 'ONE*' -exec sh -c 'echo "in a shell: $1"' x {} \;
find t -empty
find t -name '*.txt' -delete
find t -type f
find missing
echo "status: $?"
rm t/c/pipe
