# shell: busybox sh
# oracle: native
# kemu: --bind=BIN/busybox:/bin/sh   programs that call system(3) run /bin/sh, which is the host's
# tar c | gzip | gunzip | tar x of a tree of 1000 files: what comes out is what went in, byte for byte.
mkdir in out
awk 'BEGIN {
  for (d = 0; d < 20; d++) {
    system("mkdir -p in/dir" d "/deep")
    for (f = 0; f < 50; f++) {
      name = "in/dir" d (f % 2 ? "/deep" : "") "/file" f
      for (line = 0; line < (d * 50 + f) % 97; line++)
        print d * 1000003 + f * 7919 + line * 31 > name
      printf "%c%c", 1 + d, 128 + f > name
      close(name)
    }
  }
}'
: > in/empty
ln -s dir1/file2 in/link
chmod 600 in/dir3/file4
find in -type f | wc -l
tar c -C in . | gzip | gunzip | tar x -C out
echo "status: $?"
diff -r in out && echo same
find in -type f | sort | awk 'NR % 10 == 0' | while read -r file; do
  cmp "$file" "out/${file#in/}" || echo "differs: $file"
done
(cd in && find . -type f | sort | xargs sha256sum) > sums
(cd out && sha256sum -c ../sums | grep -vc ': OK$')
sha256sum < sums
readlink out/link
stat -c '%a %n' out/dir3/file4
