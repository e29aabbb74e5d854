# shell: busybox sh, bash-static
# oracle: native busybox sh
# mask: s/^.*(write error|No space)/\1/   each shell names itself in another way
# /dev/null, zero, full, random, urandom, fd, stdin and tty.
echo gone > /dev/null; wc -c < /dev/null
head -c 16 /dev/zero | od -A n -t x1
(echo x > /dev/full) 2>/dev/null; echo "full: $(($? != 0))"
cat /dev/full | head -c 4 | od -A n -t x1
dd if=/dev/zero of=/dev/full bs=10 count=1 2>&1 | grep -c 'No space'
head -c 1000 /dev/urandom | wc -c
[ "$(head -c 16 /dev/random | md5sum)" != "$(head -c 16 /dev/random | md5sum)" ] && echo random
echo text | cat /dev/stdin
echo text | cat /dev/fd/0
echo out > /dev/stdout
(echo err > /dev/stderr) 2>&1
exec 8< "$DATA/services"; head -n 1 < /dev/fd/8; exec 8<&-
ls -l /dev/null | cut -c1-10
(: < /dev/tty) 2> /dev/null; echo "no terminal: $(($? != 0))"
