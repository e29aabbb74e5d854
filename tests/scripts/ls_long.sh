# shell: busybox sh
# oracle: native
# ls -l and its options over files with fixed times and modes.
export TZ=UTC
mkdir -p d/inner
seq 100 > d/file
seq 10 > d/.hidden
ln -s file d/link
mkfifo d/pipe
chmod 751 d/file
chmod 1777 d/inner
chmod 2755 d/.hidden
find d -exec touch -h -d '2011-11-11 11:11:11' {} +
plain() { sed -E 's/^(.{10} +[0-9]+) +[^ ]+ +[^ ]+/\1 user group/; /^total/d'; }
ls d
ls -a d
ls -l d | grep -v '^d' | plain
ls -lA d | grep -v '^d' | plain
ls -ld --full-time d/file | plain
ls -F d
ls -p d
ls -R d
ls -1 -r d
ls -S d/file d/.hidden
ls -n d/file | cut -d' ' -f1
ls -h -s /dev/null
ls -C d
ls absent
echo "status: $?"
rm d/pipe
