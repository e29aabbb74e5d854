# shell: busybox sh, bash-static
# oracle: native busybox sh
# env, id and friends agree with one another; the environment reaches a child whole.
[ "$(id -u)" = "$(stat -c %u .)" ] && echo 'the files made here are mine'
[ "$(id -un)" = "$(whoami)" ] && echo 'id agrees with whoami'
id -u; id -g
env -i A=1 B='two words' env
env -u HOME sh -c 'echo "[${HOME-unset}]"'
A=x env sh -c 'echo $A'
env FOO=bar printenv FOO 2>/dev/null || env FOO=bar sh -c 'echo $FOO'
export LONG; LONG=$(seq -s' ' 5000)
sh -c 'echo ${#LONG}'
env | grep -c '^LONG='
env -i sh -c 'echo "status $?"; set' | grep -c '^PWD='
[ "$(pwd)" = "$(readlink -f .)" ] && echo 'pwd is real'
[ "$(uname)" = Linux ] && uname -s
[ -n "$(hostname)" ] && echo 'has a name'
tty; echo "no terminal: $?"
[ "$(logname 2>/dev/null)" = x ] || echo "logname is not x"
