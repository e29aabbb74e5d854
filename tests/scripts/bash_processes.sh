# shell: bash-static
# oracle: native
# Process substitution, coprocesses, lastpipe, /dev/fd, BASHPID, wait -p, read -t, subshell levels.
diff <(seq 5) <(seq 2 6)
echo "differ: $?"
cat <(echo one) <(echo two)
seq 5 | tee >(sort -r > reversed) > straight
wait $!
until [ -s reversed ] && [ "$(wc -l < reversed)" -eq 5 ]; do :; done
paste -d' ' straight reversed
coproc upper { while read -r line; do echo "${line^^}"; done; }
upper_pid=$upper_PID # bash unsets its own copy once the coprocess has ended
echo question >&"${upper[1]}"
read -r answer <&"${upper[0]}"
echo "$answer"
exec {upper[1]}>&-
wait "$upper_pid"; echo "coproc: $?"
shopt -s lastpipe
seq 3 | while read -r n; do total=$((total + n)); done
echo "$total"
[ "$BASHPID" != "$(echo "$BASHPID")" ] && echo 'a subshell has another pid'
(( $(echo "$BASH_SUBSHELL") == 1 )) && echo level
read -r -t 0.1 x < <(sleep 5); echo "read: $(($? > 128))"
(exit 5) & job=$!
wait -n -p which "$job"; echo "$? $((which == job))"
exec 5< <(seq 100000); head -n 1 <&5; exec 5<&-
trap 'echo usr1' USR1; (kill -USR1 $$); echo "${?}"
