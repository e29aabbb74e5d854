Processes within processes.

  $ sh -c 'sh -c "sh -c \"echo deep; exit 5\"; echo \$?"; echo $?'
  deep
  5
  0
  $ f() { [ $1 -eq 0 ] || (f $(($1 - 1)); echo $1); }; f 5
  1
  2
  3
  4
  5
  $ (:; (:; (:; exit 7)))
  [7]
