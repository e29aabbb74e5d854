One stream to several places.

  $ seq 5 | tee one | tee two | tail -n 1
  5
  $ cmp one two && echo same
  same
  $ seq 5 | sed s/3/x/ | diff -u one - | tail -n +3
  @@ -1,5 +1,5 @@
   1
   2
  -3
  +x
   4
   5
  $ grep -cxFf one two
  5
