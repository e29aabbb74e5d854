# shell: busybox sh, bash-static
# oracle: native busybox sh
# mask: /File size limit/d   each shell words its notice differently
# ulimit: what is set is what is read, here and in a child; file size and descriptor limits bite.
ulimit -n 40; ulimit -n
sh -c 'ulimit -n'
(ulimit -S -c 0; ulimit -c)
(ulimit -s 4096; sh -c 'ulimit -s')
(ulimit -t 100; ulimit -t)
(ulimit -f 8; dd if=/dev/zero of=big bs=1024 count=100 2>/dev/null; echo "XFSZ: $(($? != 0))")
[ "$(wc -c < big)" -le 8192 ] && echo limited
rm big
opened=0
while [ $opened -lt 100 ] && (eval "$(seq 3 $((opened + 3)) | sed 's/.*/exec &<\/dev\/null;/')") 2>/dev/null; do
  opened=$((opened + 1))
done
echo "descriptors that fit: $opened"
(ulimit -n 99999999 2>/dev/null); echo "raise: $(($? != 0))"
