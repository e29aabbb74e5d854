# shell: busybox sh, bash-static, mksh-musl, mksh-klibc, mksh-diet
# oracle: native busybox sh
# EXIT traps: of a subshell, of a child shell, their order and what they do to the status.
trap 'echo "main exits with $?"' EXIT
(trap 'echo "subshell exits with $?"' EXIT; exit 3)
echo "subshell: $?"
sh -c 'trap "echo child trap" 0; echo child'
sh -c 'trap "exit 5" EXIT; exit 4'
echo "changed: $?"
sh -c 'trap "echo never" EXIT; trap - EXIT; true'
echo "removed: $?"
(trap 'echo on error path' EXIT; set -e; false; echo unreachable)
echo "set -e: $?"
exit 6
