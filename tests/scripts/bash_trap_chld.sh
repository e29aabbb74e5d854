# shell: bash-static
# oracle: native
# bash counts every child's CHLD; ERR, DEBUG and RETURN traps are its own.
n=0
set -m
trap 'n=$((n + 1))' CHLD
for i in 1 2 3 4 5; do (exit $i) & done
wait
trap - CHLD
echo "children: $n"
trap 'echo "error $? at line $LINENO"' ERR
false
(exit 4)
trap - ERR
f() { trap 'echo returning' RETURN; echo in f; }
f
trap - RETURN
