# shell: busybox sh, bash-static, mksh-musl, mksh-klibc, mksh-diet
# oracle: native busybox sh
# Redirections: append, clobber, duplicates, closing, order, descriptors of loops, shared offsets.
echo one > f; echo two >> f; cat f
{ echo out; echo err >&2; } > both 2>&1; cat both
{ echo out; echo err >&2; } 2>&1 > only | sed 's/^/piped /'; cat only
exec 3> third; echo to three >&3; exec 3>&-; cat third
(echo x >&3) 2>/dev/null; echo "closed: $(($? != 0))"
exec 4< f; read -r a <&4; read -r b <&4; echo "$a $b"; exec 4<&-
exec 5<> rw; echo start >&5; exec 5>&-; cat rw
(echo first; (echo second); echo third) > shared; cat shared
{ sh -c 'echo child'; echo parent; } > shared; cat shared
set -C; (echo no > f) 2>/dev/null; echo "noclobber: $(($? != 0))"; echo yes >| f; set +C; cat f
{ cat < absent; } 2>/dev/null; echo "absent: $(($? != 0))"
{ echo in > dir/absent; } 2>/dev/null; echo "no directory: $(($? != 0))"
printf 'l1\nl2\nl3\n' > lines
{ read -r first; cat; } < lines
while read -r line; do echo "[$line]"; done < lines > loop; cat loop
: > f; wc -c < f
echo hidden > /dev/null
cat /dev/fd/0 < lines | tail -n 1
echo error 2>&1 >&2 2>/dev/null
exec 6>&1; echo via six >&6; exec 6>&-
