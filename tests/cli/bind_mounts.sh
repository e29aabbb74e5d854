# --bind shows a host directory or file at a path of the guests', read-only if asked.
mkdir -p root/bin root/data root/etc shared
cp "$bin/busybox" root/bin/
echo content >shared/file
echo one >single
: >root/etc/single
run --root root --bind "$PWD/shared:/data" /bin/busybox sh -c 'cat /data/file; echo new >/data/new'
expect_status 0
expect_out 'content'
expect_same 'written through' "$(cat shared/new)" 'new'
run --root root --bind "$PWD/shared:/data:ro" /bin/busybox sh -c 'cat /data/file; echo no >/data/refused'
expect_status 1
expect_out 'content'
expect_err_line 'Read-only file system'
[[ ! -e shared/refused ]] || fail 'a read-only bind was written to'
run --root root --bind "$PWD/single:/etc/single" /bin/busybox cat /etc/single
expect_out 'one'
run --root root --bind "$PWD/shared:/data" --bind "$PWD/single:/etc/single" /bin/busybox cat /data/file /etc/single
expect_out 'content
one'
run --root root --bind "$PWD/shared:/data" /bin/busybox sh -c 'cd /data/.. && pwd && cat data/file'
expect_out '/
content'
