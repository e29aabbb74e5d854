# shell: busybox sh, bash-static, mksh-musl, mksh-klibc, mksh-diet
# oracle: native busybox sh
# A subshell's changes stay its own, however much memory either side holds.
x=42
big=$(seq 50000)
(x=99; big=small; echo "child $x ${#big}")
echo "parent $x ${#big}"
set -- $big
(shift 49990; echo "child $# $1"; cd /; umask 077; trap 'echo never' USR1; exit 3)
echo "status $? parent $# $1"
[ "$PWD" != / ] && umask | sed 's/^0*//'
i=0
while [ "$i" -lt 100 ]; do (x=$i; [ "$x" = "$i" ]) || echo "lost $i"; i=$((i + 1)); done
echo "$x"
result=$(x=7; (x=8; (x=9; echo "$x"); echo "$x"); echo "$x")
echo $result $x
