# shell: busybox sh, bash-static, mksh-musl, mksh-klibc, mksh-diet
# oracle: native busybox sh
# mask: /Terminated|User (defined )?signal/d   each shell words its notice differently
# TERM, USR1, USR2, HUP and INT traps: from itself, from a child, ignored, reset, and default.
trap 'echo got USR1' USR1
trap 'echo got TERM' TERM
kill -USR1 $$
kill -TERM $$
echo after
(kill -USR1 $$) 
echo "from a child"
trap '' HUP
kill -HUP $$
echo "HUP ignored"
sh -c 'kill -HUP $$; echo "inherited ignore"'
trap - USR1
sh -c 'kill -USR1 $$; echo unreachable' 
echo "default USR1: $?"
sh -c 'kill -TERM $$'
echo "default TERM: $?"
sh -c 'trap "echo int; exit 3" INT; kill -INT $$; echo unreachable'
echo "INT: $?"
sh -c 'trap "n=\$((n+1))" USR2; n=0; i=0; while [ $i -lt 20 ]; do kill -USR2 $$; i=$((i+1)); done; echo "USR2: $n"'
