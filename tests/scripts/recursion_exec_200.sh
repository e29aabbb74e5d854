# shell: busybox sh
# oracle: native
# A script that runs itself 200 deep: fork, exec and wait at every level.
cat > again <<'END'
#!/bin/false
n=$1
if [ "$n" -gt 0 ]; then
  sh ./again $((n - 1))
  exit $(($? + 1))
fi
echo bottom
exit 3
END
sh ./again 200
echo "status: $?"
