# shell: busybox sh
# oracle: native
# dd: blocks, skip, seek, conv, and its report.
seq 1000 > in
dd if=in of=out bs=100 count=3 2>&1 | head -n 2
wc -c < out
dd if=in bs=1 skip=5 count=9 2>/dev/null
dd if=in of=out bs=10 seek=5 count=2 conv=notrunc 2>/dev/null
cmp in out
dd if=/dev/zero of=sparse bs=1 count=1 seek=99999 2>/dev/null
wc -c < sparse
dd if=in of=short bs=512 count=1 conv=sync 2>/dev/null
wc -c < short
dd if=in bs=256 2>/dev/null | sha256sum
cat in | dd bs=7 iflag=fullblock count=100 2>/dev/null | wc -c
dd if=absent 2>&1
echo "status: $?"
truncate -s 10 in && wc -c < in
truncate -s 5000 in && tail -c 3 in | od -c
fallocate -l 4096 room && wc -c < room
