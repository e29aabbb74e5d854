# shell: busybox sh
# oracle: native
# The shell's own applets, found although PATH names no directory that exists.
PATH=/nonexistent
echo hello | grep e
echo "match: $?"
echo hello | grep z
echo "no match: $?"
printf '%s\n' apple pear plum | grep -n p | cut -d: -f1 | paste -s -d+ -
echo hello | tr a-z A-Z | rev | cat
type grep tr
