Jobs in the background, and what `wait` tells. Time is virtual: nobody waits for these seconds.

  $ (sleep 2; exit 3) & wait $!
  [3]
  $ sleep 3600; echo an hour later
  an hour later
  $ for i in 3 1 2; do (sleep $i; echo $i) & done; wait
  1
  2
  3
  $ (sleep 100; echo never) & kill $!; wait $!
  Terminated
  [143]
