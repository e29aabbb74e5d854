# shell: busybox sh
# oracle: native
# read: timeouts, counts, delimiters, splitting, silent, end of file.
printf 'a b c d\n' | { read -r x y z; echo "$x|$y|$z"; }
printf 'back\\slash\\n' | { read -r x; echo "$x"; }
printf 'no newline' | { read -r x; echo "$? $x"; }
printf 'abcdef' | { read -r -n 3 x; echo "$x"; }
printf 'one:two' | { read -r -d : x; echo "$x"; }
mkfifo p
exec 3<> p
read -r -t 0.1 x <&3; echo "timeout: $(($? > 0))"
echo late >&3
read -r -t 5 x <&3; echo "$? $x"
exec 3>&-
: | { read -r x; echo "eof: $?"; }
IFS=, read -r x y <<END
p,q,r
END
echo "$x $y"
rm p
