# shell: busybox sh, bash-static, mksh-musl
# oracle: native busybox sh
# Shell arithmetic: precedence, bases, assignment, comparison, shifts, overflow.
echo $((2 + 3 * 4)) $(((2 + 3) * 4)) $((7 / 2)) $((-7 / 2)) $((-7 % 3)) $((7 & 3 | 8 ^ 1))
echo $((1 << 10)) $((1024 >> 3)) $((!0)) $((~5)) $((5 > 3 && 2 < 1)) $((5 ? 6 : 7))
echo $((0x1f)) $((1 == 1)) $((3 != 3))
x=5
echo $((x += 3)) $((x *= 2)) $x $((x++)) $x $((--x)) $((x, 9))
i=0
while [ $((i += 1)) -lt 2000 ]; do :; done
echo "$i"
a=0 b=1 n=0
while [ "$n" -lt 30 ]; do t=$((a + b)); a=$b; b=$t; n=$((n + 1)); done
echo "$a"
(echo $((1 / 0))) 2>/dev/null; echo "by zero: $(($? != 0))"
