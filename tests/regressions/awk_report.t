A table and its sums.

  $ cat >sales <<END
  > north 12 3.50
  > south 7 2.25
  > north 3 1.00
  > END
  $ awk '{ sum[$1] += $2 * $3 } END { for (place in sum) printf "%s %.2f\n", place, sum[place] }' sales | sort
  north 45.00
  south 15.75
  $ awk 'NR > 1 && $2 > 5 { print NR ": " $0 }' sales
  2: south 7 2.25
