Names and numbers, sorted and counted.

  $ printf '%s\n' pear apple fig apple pear apple >fruit
  $ sort fruit | uniq -c | sort -k1,1nr -k2
        3 apple
        2 pear
        1 fig
  $ sort -u fruit
  apple
  fig
  pear
  $ sort -r fruit | uniq | tail -n 1
  apple

  $ printf '10\n9\n2\n' | sort
  10
  2
  9
  $ printf '10\n9\n2\n' | sort -n -o sorted; cat sorted
  2
  9
  10
