# shell: busybox sh
# oracle: native
# sha256sum of 20 MB, from a pipe and from a file.
yes '0123456789 the quick brown fox jumps over the lazy dog' | head -c 20971520 > big
ls -l big | cut -d' ' -f5
sha256sum big
dd if=big bs=64k 2>/dev/null | sha256sum
sha256sum big > sum && sha256sum -c sum
rm big
