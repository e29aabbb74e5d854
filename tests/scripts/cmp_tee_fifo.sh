# shell: busybox sh, bash-static, mksh-musl
# oracle: native busybox sh
# cmp, tee and named pipes, both ends in the background.
seq 10 > a
sed 's/7/8/' a > b
cmp a b
echo "status: $?"
cmp -s a a; echo "same: $?"
cmp a absent 2>&1; echo "status: $?"
head -n 3 a > c; cmp a c 2>&1
echo through | tee x y | cat - x y
echo more | tee -a x > /dev/null; cat x
mkfifo p q
cat p > from_p &
tr a-z A-Z < q > p &
printf 'line 1\nline 2\n' > q
wait
wc -l < from_p
(echo one; echo two) > p &
while read -r line; do echo "read $line"; done < p
wait
rm p q
