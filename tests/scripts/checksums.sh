# shell: busybox sh
# oracle: native
# Every checksum applet over the same bytes, and checking a list.
seq 5000 > data
for applet in md5sum sha1sum sha256sum sha512sum sha3sum crc32; do
  "$applet" data
done
: > empty
md5sum empty
sha512sum < empty
md5sum data empty > list
echo tampered >> empty
md5sum -c list 2>/dev/null
echo "status: $?"
md5sum -c -s list
echo "silent: $?"
