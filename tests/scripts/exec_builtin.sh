# shell: busybox sh, bash-static, mksh-musl
# oracle: native busybox sh
# exec replaces the shell: same pid, kept descriptors, closed ones closed; command -v; nested sh -c.
sh -c 'echo $$; exec sh -c "echo \$\$"' | uniq | wc -l
(exec echo replaced; echo unreachable)
(exec absent-program) 2> /dev/null; echo "absent: $?"
exec 9> kept
sh -c 'echo through nine' >&9
exec 9>&-
cat kept
sh -c 'sh -c "sh -c \"exit 42\"; exit \$?"; exit $?'; echo "nested: $?"
n=0
while [ $n -lt 50 ]; do n=$(sh -c "echo $((n + 1))"); done
echo "$n"
long=$(seq -s ' ' 20000)
env echo $long | wc -w
env echo "$long" | wc -c
X=exported sh -c 'exec env' | grep '^X='
