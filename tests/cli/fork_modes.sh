# --fork=eager gives the answers that --fork=cow gives.
cat >script <<'END'
x=42 big=$(seq 20000)
(x=99; big=; echo "child $x")
echo "parent $x ${#big}"
for i in 1 2 3 4 5 6 7 8 9 10; do (exit $i); echo "$i: $?"; done
seq 1000 | sort -rn | head -n 3
echo "$(echo "$(echo nested)")"
sleep 0.05 & wait
echo "job: $?"
END
for shell in 'busybox sh' bash-static mksh-musl; do
  run --fork=cow $shell script
  expect_status 0
  expect_err ''
  copied=$out
  run --fork=eager $shell script
  expect_status 0
  expect_err ''
  expect_out "$copied"
  expect_out_line '^parent 42 108893$'
done
