# shell: busybox sh, bash-static, mksh-musl, mksh-klibc, mksh-diet
# oracle: native busybox sh
# Command substitution nested three deep, with quotes, pipes and status.
echo "$(echo one "$(echo two "$(echo three | tr a-z A-Z)")")"
echo `echo outer \`echo middle \\\`echo inner\\\`\``
depth() { if [ "$1" -gt 0 ]; then echo "<$(depth $(($1 - 1)))>"; else echo x; fi; }
depth 12
value=$(exit 7)
echo "status: $?"
echo "lines: $(printf '%s\n' $(seq $(echo $(echo 5))) | wc -l)"
echo "[$(printf 'trailing newlines go\n\n\n')]"
big=$(seq 20000)
echo "${#big}"
echo "$(echo "$(cat <<END
document inside
END
)")"
