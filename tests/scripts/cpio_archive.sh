# shell: busybox sh
# oracle: native
# cpio: out, list and in, byte for byte; and tar's own options.
mkdir -p in/sub out
seq 500 > in/a
seq 3 > in/sub/b
ln -s a in/link
ln in/a in/hard
(cd in && find . | sort | cpio -o -H newc 2>/dev/null) > archive.cpio
cpio -t < archive.cpio 2>/dev/null | sort
(cd out && cpio -i -d < ../archive.cpio 2>/dev/null)
diff -r in out && echo same
stat -c %h out/a
touch -d '2001-02-03 04:05:06' in/a in/sub/b
tar cf archive.tar -C in a sub
TZ=UTC tar tvf archive.tar | sed -E 's#[^ ]+/[^ ]+ #owner #' | grep -v 'sub/$'
mkdir only && tar xf archive.tar -C only sub/b && find only -type f
tar xOf archive.tar a | sha256sum
tar czf archive.tgz in && tar tzf archive.tgz | sort
tar cjf archive.tbz in --exclude in/sub && tar tjf archive.tbz | sort
tar xf absent.tar 2>&1; echo "status: $?"
head -c 700 archive.tar > cut.tar; tar xf cut.tar -C out 2>&1; echo "truncated: $?"
rm archive.*
