# shell: busybox sh
# oracle: native
# sed: substitution, addresses, hold space, branches, in place.
seq 10 | sed -n '2,4p;$p'
seq 5 | sed '1!G;h;$!d'
printf 'one two\nthree four\n' | sed -E 's/([a-z]+) ([a-z]+)/\2 \1/;s/e/E/2g'
seq 6 | sed 'N;s/\n/+/'
printf 'a\nSTART\nb\nc\nEND\nd\n' | sed '/START/,/END/{//!s/^/  /}'
echo aaa | sed ':l;s/a/b/;tl'
seq 3 | sed -e '2i\' -e 'inserted' -e '2a appended' -e '3c changed'
echo 'x=1' > file
sed -i.bak 's/1/2/' file
cat file file.bak
sed '=' file | sed 'N;s/\n/: /'
echo hello | sed 'y/elo/ipa/'
seq 9 | sed -n '0~3p;3{s/3/three/;w out
}'
cat out
seq 5 | sed '3q'
echo abc | sed 's/b/[&]/;s|c|\n|'
