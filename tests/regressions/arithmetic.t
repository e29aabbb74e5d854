What the shell and bc make of numbers.

  $ echo $((6 * 7)) $((7 / 2)) $((-7 % 3)) $((1 << 40))
  42 3 -1 1099511627776
  $ echo '2 ^ 100' | bc
  1267650600228229401496703205376
  $ echo 'scale=5; 22/7' | bc
  3.14285
  $ i=0; while [ $i -lt 3 ]; do i=$((i + 1)); printf '%03d ' $i; done; echo
  001 002 003 
