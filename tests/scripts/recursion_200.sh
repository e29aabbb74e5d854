# shell: busybox sh, bash-static, mksh-musl
# oracle: native busybox sh
# A script that forks 200 deep: subshells in one another, each waiting for the next, then counting on the way out.
down() {
  if [ "$1" -eq 0 ]; then
    echo bottom
    return 0
  fi
  (down $(($1 - 1)); exit $(($? + 1 & 255)))
}
down 200
echo "status: $?"
