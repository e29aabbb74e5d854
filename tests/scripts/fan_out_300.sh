# shell: busybox sh, bash-static, mksh-musl
# oracle: native busybox sh
# A script that forks 300 wide: all alive at once, let go together by a byte each.
mkfifo gate
exec 4<> gate
i=0
while [ "$i" -lt 300 ]; do
  (read -r line <&4; echo "$i" >> "out.$((i % 10))") &
  i=$((i + 1))
done
yes '' | head -n 300 >&4
wait
cat out.* | sort -n | uniq | wc -l
cat out.* | awk '{ sum += $1 } END { print sum }'
rm out.* gate
