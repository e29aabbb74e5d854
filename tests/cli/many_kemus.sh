# Several kemus at once, in one pipeline of the host's, do not disturb one another.
run_shell 'kemu busybox seq 1000 | kemu busybox sort -rn |
  kemu bash-static -c "head -n 2; cat >/dev/null" | kemu busybox tr 0-9 a-j'
expect_status 0
expect_out 'baaa
jjj'
expect_err ''
run_shell 'kemu busybox sh -c "kill -KILL \$\$" | kemu busybox cat; echo "${PIPESTATUS[@]}"'
expect_out '137 0'
