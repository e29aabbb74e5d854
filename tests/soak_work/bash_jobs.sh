# Job control, traps, coprocesses and process substitution of bash; children of killed parents.
bash -c '
set -m
sleep 100 & kill -STOP %1; kill -CONT %1; kill %1; wait %1; echo "status $?"
cat <(seq 100) | (kill -STOP $BASHPID; tail -n 1) & until jobs -s | grep -q Stop; do :; done; fg >/dev/null; echo "$?"
for i in {1..20}; do (exit $i) & done; for i in {1..20}; do wait -n; done; echo all
coproc cat; echo through >&"${COPROC[1]}"; read -r line <&"${COPROC[0]}"; echo "$line"; exec {COPROC[1]}>&-; wait
diff <(seq 200) <(seq 199) | head -n 2
trap "echo usr1" USR1; kill -USR1 $$
f() { ((n < 40)) && { local n=$((n + 1)); (f); } || echo deep; }; n=0; f
(trap "" TERM; (sleep 0.01; echo orphan) & ) ; sleep 0.05
set -o pipefail; seq 100000 | head -n 1; echo "${PIPESTATUS[*]}"
printf "%s\n" {1..500} | while read -r i; do echo $((i * i)); done | tail -n 1
' 2>/dev/null  # where it tells of jobs as they end
