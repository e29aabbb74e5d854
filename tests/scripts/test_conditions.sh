# shell: busybox sh, bash-static, mksh-musl
# oracle: native busybox sh
# test: files of each kind, times, strings, numbers.
say() { if "$@"; then echo "yes: $*"; else echo "no: $*"; fi; }
mkdir dir
echo x > file
: > empty
ln -s file link
ln -s nowhere broken
mkfifo pipe
chmod 4755 file
for name in dir file empty link broken pipe absent; do
  for flag in e f d L p s r x u b c S; do
    if [ "-$flag" "$name" ]; then printf ' %s' "$flag"; else printf ' -'; fi
  done
  echo " $name"
done
say [ -c /dev/null ]
say [ -t 0 ]
touch -d '2001-01-01 00:00' old
touch -d '2002-01-01 00:00' new
say [ new -nt old ]
say [ old -ot new ]
say [ file -ef link ]
say [ abc = abc ]
say [ abc != abc ]
say [ 10 -gt 9 ]
say [ 010 -eq 10 ]
say [ -z "" ]
say [ ! -n "" ]
say [ a = a -a b = c ]
say [ a = b -o b = b ]
env test 3 -lt 4; echo "by name: $?"
[ x -eq 1 ] 2>/dev/null; echo "not a number: $(($? != 0))"
rm -f pipe
