# shell: busybox sh, bash-static, mksh-musl, mksh-klibc, mksh-diet
# oracle: native busybox sh
# Background jobs: wait for one, for all, status of each, results gathered through files.
for i in 1 2 3 4 5 6; do
  (sleep 0.0$((7 - i)); echo "job $i" > "out.$i"; exit "$i") &
  eval "pid$i=\$!"
done
for i in 3 1 6 2 5 4; do
  eval "wait \$pid$i"
  echo "job $i: $?"
done
cat out.*
true & wait $!
echo "true: $?"
(exit 9) & first=$!
(exit 8) & second=$!
wait "$second"; echo "second: $?"
wait "$first"; echo "first: $?"
wait
echo "all: $?"
wait 999999 2>/dev/null
echo "no child: $?"
