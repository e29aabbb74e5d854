# shell: busybox sh
# oracle: native
# gzip, bzip2, lzma and xz both ways as far as BusyBox has them; damaged input.
seq 20000 > data
for pair in gzip:gunzip bzip2:bunzip2; do
  "${pair%:*}" -c data > packed
  [ "$(wc -c < packed)" -lt "$(wc -c < data)" ] && echo "${pair%:*} packs"
  "${pair#*:}" -c < packed | cmp - data && echo same
done
bzip2 -c data | sha256sum
gzip -n -9 < data | gzip -dc | cmp - data && echo same
gzip data && [ ! -e data ] && gunzip data.gz && wc -c data
gzip -c data | zcat | tail -n 1
bzip2 -c data | bzcat | tail -n 1
gzip -c data | head -c 1000 > cut.gz
gunzip -c cut.gz > part 2> error; echo "truncated: $?"; cat error
echo 'not packed' > plain.gz
gunzip -c plain.gz 2>&1; echo "status: $?"
base64 -d > text.xz <<'END'
/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4ASlAJddADYaSh8IoCZWTZqQoMWzHVCLjPiTaFMsjmWD
yCdHrGOK5BVfu/bKmBF9xphPnbSxm2YASeRQB27Lgsf6Pmmo8jmnVU9/Hy+n98pbC4zXaeSR+zCs
EyzF8XjCq1ZOFI96ABjKiHLoLsRbZPkcPQT+edcQSTuqjLxl+YQm/XofakR7ihbqO3qWa5QoVpFl
OxfDhYXufIH08AAAAAcQtPAAAa8BpgkAAAAjrnE+MA2LAgAAAAABWVo=
END
base64 -d > text.lzma <<'END'
XQAAgAD//////////wA2GkofCKAmVk2akKDFsx1Qi4z4k2hTLI5lg8gnR6xjiuQVX7v2ypgRfcaY
T520sZtmAEnkUAduy4LH+j5pqPI5p1VPfx8vp/fKWwuM12nkkfswrBMsxfF4wqtWThSPegAYyohy
6C7EW2T5HD0E/nnXEEk7qoy8ZfmEJv16H2pEe4oW6jt6lmuUKFaRZTsXw4WF7nzgoRJL/+B+QvM=
END
xz -d < text.xz | tail -n 1
xzcat text.xz | sha256sum
unlzma -c text.lzma | sha256sum
lzcat text.lzma | wc
unxz text.xz && wc -c text
rm -f packed part cut.gz
