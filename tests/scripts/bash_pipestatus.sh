# shell: bash-static
# oracle: native
# mask: s/^(SCRIPT: line [0-9]+:| {4}) +[0-9]+ (Killed|Done)/\1 PID \2/   pids differ
# The status of every stage of a pipeline.
(exit 1) | (exit 2) | (exit 3) | true
echo "${PIPESTATUS[@]}"
set -o pipefail
(exit 4) | (exit 5) | true
echo "$?"
false | true
echo "${PIPESTATUS[*]} $?"
yes | head -n 1
echo "${PIPESTATUS[@]}"
! true
echo "$?"
sh -c 'kill -KILL $$' | cat
echo "${PIPESTATUS[@]}"
set +o pipefail
exit 3 | cat
echo "$?"
