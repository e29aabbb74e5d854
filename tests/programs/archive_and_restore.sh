# A C++ archiver, static with glibc: a compressed archive in slices, its test, listing, comparison and restore, and an encrypted one.
# programs: dar zsh

# dar asks gpgconf for a gpg at its start, and that for its version.
printf '#!%s -f\nprint -r -- "gpg (GnuPG) 2.2.40"\n' "$scratch/bin/zsh" >"$scratch/bin/gpg"
cat >"$scratch/bin/gpgconf" <<ZSH
#!$scratch/bin/zsh -f
case \$1 in
  --list-dirs) print -rl homedir:$scratch/home bindir:$scratch/bin ;;
  --list-components) print -r gpg:OpenPGP:$scratch/bin/gpg ;;
  *) print -r "gpgconf (GnuPG) 2.2.40" ;;
esac
ZSH
chmod +x "$scratch"/bin/gpg*
# Not chattr(1)'s attributes, which kemu does not tell of.
archive() { run dar -Q -q --fsa-scope none "$@"; }

mkdir -p tree/deep/er 'tree/with space'
for ((i = 0; i < 100; ++i)); do printf '%s\n' {1..50} "file $i" >tree/deep/file$i; done
head -c 500000 /dev/zero >tree/zeros
seq 60000 >tree/numbers
ln tree/numbers tree/hard
ln -s deep/er tree/soft
mkfifo tree/fifo
chmod 640 tree/zeros
find tree -exec touch -hd '2024-05-06 07:08:09' {} +

archive -c full -R tree -zbzip2:9 -s 40k
ls -1 *.dar | wc -l
archive -t full
archive -d full -R tree
run dar -Q -l full -ay | sed -n '/deep/p' | sort | head -n 30
seq 7 >tree/deep/file7
touch -d '2024-05-07 00:00' tree/deep/file7
rm tree/deep/file8
archive -c later -R tree -A full -zxz -Z '*.jpg'
archive -c secret -R tree -K 'aes:a pass phrase' --kdf-param 5000:sha1 -zzstd -P deep
archive -t secret -K 'aes:a pass phrase' </dev/null
mkdir restored
archive -x full -R restored
archive -x later -R restored -w
(cd restored && find . -printf '%P %y %m %l %s %TY-%Tm-%Td %TT\n' | grep -v ' d ' | sort | sha256sum)
rm tree/fifo restored/fifo
diff -r tree restored && echo 'restored'
head -c 70000 /dev/zero | dd of=full.2.dar bs=1000 seek=20 conv=notrunc status=none
archive -t full 2>&1 | tail -n 3
rm -f *.dar
