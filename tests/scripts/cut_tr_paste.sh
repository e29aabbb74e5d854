# shell: busybox sh, bash-static
# oracle: native busybox sh
# cut, tr, paste, rev, tac, fold, nl, expand, unexpand.
printf 'a:b:c\nd:e:f\n' > table
cut -d: -f2 table
cut -d: -f1,3 table
cut -c2-4 table
cut -b-2 table
tr -d aeiou < table
tr -s '\n' < table | tr '[:lower:]' '[:upper:]'
echo 'hello   world' | tr -s ' ' _
echo abc | tr a-c x
printf '\001\377x' | tr -cd '[:print:]'
echo
paste table table
paste -d, -s table
seq 6 | paste -d' ' - - -
rev table
tac table
echo 'the quick brown fox jumps over the lazy dog' | fold -w 12
echo 'the quick brown fox jumps over the lazy dog' | fold -s -w 12
nl table
nl -b a -s '> ' -w 3 table
printf 'a\tb\tc\n' | expand -t 4
printf '        x       y\n' | unexpand -a
